import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { appRoot } from '../../server/db/appRoot.ts';

/** Once before the journeys: they run what a user runs, so it is built first. */
export default function setup(): void {
  execFileSync(process.execPath, [join(appRoot(), 'server/cli/build.mjs')], { stdio: ['ignore', 2, 2] });
}
