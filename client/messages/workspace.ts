import { workspace } from './en/workspace.ts';

/** Words of the workspace. Apart from the others, because they load with it. */
export const workspaceWords: typeof workspace = workspace;
