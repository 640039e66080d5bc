import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRoot } from '../../server/db/appRoot.ts';

/** A module, what it must not import, and the rule that says so. */
const wrong: [from: string, to: string, rule: string][] = [
  ['shared/a/circleA.ts', 'shared/a/circleB.ts', 'no-circles'],
  ['shared/a/lost.ts', './nowhere.ts', 'everything-is-found'],
  ['shared/a/usesServer.ts', 'server/db/reader.ts', 'shared-is-pure'],
  ['shared/a/usesClient.ts', 'client/ui/colour.ts', 'shared-is-pure'],
  ['shared/a/usesNode.ts', 'node:fs', 'shared-is-pure'],
  ['shared/a/usesHono.ts', 'hono', 'shared-is-pure'],
  ['server/notes/usesClient.ts', 'client/ui/colour.ts', 'server-never-imports-client'],
  ['client/notes/usesServer.ts', 'server/notes/queries.ts', 'client-never-imports-server'],
  ['client/notes/UsesServer.svelte', 'server/notes/queries.ts', 'client-never-imports-server'],
  ['client/wire/api.ts', 'server/notes/queries.ts', 'only-the-api-type-crosses'],
  ['client/wire/api.ts', 'server/app.ts', 'the-api-crosses-as-a-type'],
  ['server/notes/usesTest.ts', 'test/support/tool.ts', 'no-tests-in-the-product'],
  ['server/notes/usesTool.ts', 'vitest', 'no-development-tools-in-the-service'],
  ['server/db/usesLog.ts', 'server/log/hash.ts', 'db-is-the-lowest'],
  ['server/notes/usesWriter.ts', 'server/db/writer.ts', 'one-writer'],
  ['server/notes/usesLibsql.ts', '@libsql/client', 'one-way-to-the-database'],
  ['server/records/usesRoom.ts', 'server/notes/queries.ts', 'facts-know-no-rooms'],
  ['server/records/usesEdge.ts', 'server/http/route.ts', 'facts-know-no-rooms'],
  ['server/notes/usesEdge.ts', 'server/realtime/gateway.ts', 'rooms-know-no-edges'],
  ['server/notes/usesHttp.ts', 'server/http/session.ts', 'rooms-know-no-edges'],
  ['server/terminology/routes.ts', 'server/http/session.ts', 'rooms-know-no-edges'],
  ['server/notes/usesApp.ts', 'server/app.ts', 'rooms-know-no-edges'],
  ['server/notes/usesActs.ts', 'server/orders/acts.ts', 'rooms-meet-at-queries'],
  ['server/notes/usesSocket.ts', 'ws', 'rooms-have-no-sockets'],
  ['server/outbox/usesSocket.ts', 'socket.io', 'rooms-have-no-sockets'],
  ['server/collab/usesApp.ts', 'server/app.ts', 'edges-do-not-join-rooms'],
  ['server/main.ts', 'server/cli/cochart.ts', 'nobody-imports-the-command-line'],
  ['client/collab/usesRoom.ts', 'client/notes/notes.ts', 'client-parts-know-no-rooms'],
  ['client/editor/UsesRoom.svelte', 'client/notes/Note.svelte', 'client-parts-know-no-rooms'],
  ['client/ui/UsesPatients.svelte', 'shared/patients/schema.ts', 'ui-has-never-heard-of-a-patient'],
  ['client/notes/usesPage.ts', 'client/pages/page.ts', 'client-rooms-know-no-pages'],
  ['client/notes/UsesOrders.svelte', 'client/orders/orders.ts', 'client-rooms-meet-on-pages'],
  ['server/app.ts', 'server/utils/things.ts', 'every-folder-has-its-place'],
];

/** What looks alike and is right. */
const right: [from: string, to: string][] = [
  ['shared/a/usesZod.ts', 'zod'],
  ['server/notes/usesQueries.ts', 'server/orders/queries.ts'],
  ['server/notes/usesRouteKit.ts', 'server/http/route.ts'],
  ['server/terminology/routes.ts', 'server/http/route.ts'],
  ['server/db/open.ts', 'server/db/writer.ts'],
  ['client/notes/usesEditor.ts', 'client/editor/editor.ts'],
  ['client/notes/usesSession.ts', 'client/session/session.svelte.ts'],
  ['client/pages/Page.svelte', 'client/notes/Note.svelte'],
  ['server/cli/serve.ts', 'server/main.ts'],
];

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

const root = appRoot();
let folder: string;
let violations: Violation[];

const isOurs = (target: string): boolean => /^(shared|server|client|test)\//.test(target);

/** Small modules that import each other as the tables say, checked with the project's own rules. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cochart-imports-'));
  const modules = new Map<string, Set<string>>();
  const importsOf = (path: string): Set<string> => {
    const imports = modules.get(path) ?? new Set<string>();
    modules.set(path, imports);
    return imports;
  };
  for (const [from, to] of [...wrong, ...right]) {
    importsOf(from).add(to);
    if (isOurs(to)) importsOf(to);
  }
  importsOf('shared/a/circleB.ts').add('shared/a/circleA.ts');
  for (const [path, imports] of modules) {
    const lines = [...imports].map((to, index) => {
      const specifier = isOurs(to) ? relative(dirname(path), to).replace(/^(?!\.)/, './') : to;
      return `import * as used${index} from '${specifier}';\nconsole.log(used${index});`;
    });
    await mkdir(join(folder, dirname(path)), { recursive: true });
    const code = [...lines, 'export const here = 1;'].join('\n');
    await writeFile(
      join(folder, path),
      path.endsWith('.svelte') ? `<script lang="ts">\n${lines.join('\n')}\n</script>\n` : code,
    );
  }
  for (const each of ['node_modules', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await symlink(join(root, each), join(folder, each));
  }
  const cruise = promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config=.dependency-cruiser.cjs',
      '--output-type=json',
      'server',
      'shared',
      'client',
    ],
    { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
  );
  const { stdout } = await cruise.catch((error: { stdout: string }) => error);
  violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an import in a wrong direction is refused', () => {
  test.each(wrong)('%s must not import %s: %s', (from, to, rule) => {
    const found = violations.filter((each) => each.from === from && each.rule.name === rule);
    // A package is reported by the file it resolves to.
    expect(found.some((each) => each.to.includes(to.replace('node:', '')))).toBe(true);
  });
});

describe('an import in a right direction passes', () => {
  test.each(right)('%s may import %s', (from, to) => {
    const found = violations.filter((each) => each.from === from && each.to.includes(to));
    expect(found.map((each) => each.rule.name)).toEqual([]);
  });
});
