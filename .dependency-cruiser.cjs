// Which way imports point; docs/architecture.md draws it. A wrong import names the rule and why it is there.

const nounRooms =
  '(notes|orders|carePlan|flowsheet|referrals|patients|lists|encounters|history|quarantine|alerts|print)';
const facts = '(log|records|signing|audit|outbox|auth|terminology|sites)';
const edges = '(http|realtime|collab|fhir|exchange|demo)';
// What rooms share with the edge: how a route says who may call it, and how lists and repeated acts are answered.
const routeKit = '^server/http/(route|idempotency|paging)\\.ts$';
// What joins the rooms. The command line stands above it, because `serve` starts it.
const joins = '^server/((app|main|dev|service)\\.ts|cli/)';

// Where rooms meet: pages, and the two that are too large for one file, the ward board and an encounter's workspace.
const clientScreens = '(pages|board|encounter)';
const clientRooms =
  '(session|audit|signing|patients|imports|registration|lists|notes|orders|carePlan|flowsheet|history|quarantine|alerts|referrals)';
const clientParts = '(editor|collab|wire|ui|messages|styles|terminology)';

const isPackage = (names) => `node_modules/(${names})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two modules that need each other are one module, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-is-found',
      comment: 'An import that cannot be resolved is one that no other rule sees.',
      severity: 'error',
      from: { pathNot: '^server/cli/bin\\.mjs$' },
      to: { couldNotResolve: true },
    },
    {
      name: 'shared-is-pure',
      comment: 'Both sides run shared/: it takes zod, Yjs and lib0, and nothing of ours from outside.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', isPackage('zod|yjs|lib0')] },
    },
    {
      name: 'server-never-imports-client',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^client/' },
    },
    {
      name: 'client-never-imports-server',
      comment: "One type crosses: the HTTP API's, taken by client/wire/api.ts.",
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/wire/api\\.ts$' },
      to: { path: '^server/' },
    },
    {
      name: 'only-the-api-type-crosses',
      severity: 'error',
      from: { path: '^client/wire/api\\.ts$' },
      to: { path: '^server/', pathNot: '^server/app\\.ts$' },
    },
    {
      name: 'the-api-crosses-as-a-type',
      severity: 'error',
      from: { path: '^client/wire/api\\.ts$' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(server|shared|client)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-tools-in-the-service',
      comment: 'What the service needs when it runs is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^(server|shared)/', pathNot: '^server/dev\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'db-is-the-lowest',
      comment: 'db/ knows no room; config.ts says where the database is.',
      severity: 'error',
      from: { path: '^server/db/' },
      to: { path: '^server/', pathNot: ['^server/db/', '^server/config\\.ts$'] },
    },
    {
      name: 'one-writer',
      comment: 'open.ts alone decides which process writes; everyone else takes the Writer it is given.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/db/open\\.ts$' },
      to: {
        path: '^server/db/(writer|writerSocket|writerWorker|lock)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'one-way-to-the-database',
      comment: 'What depends on where the database is stays in db/.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/db/' },
      to: { path: [isPackage('@libsql/client|libsql'), 'drizzle-orm/(libsql|migrator)'] },
    },
    {
      name: 'charts-are-drawn-elsewhere',
      comment:
        'Laying out a chart takes the thread that serves everybody for half a second: printWorker.ts has its own.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/print/(printWorker|chartPdf|paper|trends)\\.ts$' },
      to: { path: '^server/print/(chartPdf|paper|trends)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'facts-know-no-rooms',
      comment: 'The log, the records, the audit trail, the outbox, sign-in and sites serve every room.',
      severity: 'error',
      from: { path: `^server/${facts}/`, pathNot: '/routes\\.ts$' },
      to: { path: [`^server/${nounRooms}/`, `^server/${edges}/`, joins] },
    },
    {
      name: 'rooms-know-no-edges',
      comment:
        'A room speaks outward through the outbox and the log; of the edge it knows how to declare a route.',
      severity: 'error',
      from: { path: [`^server/${nounRooms}/`, `^server/${facts}/routes\\.ts$`] },
      to: { path: [`^server/${edges}/`, joins], pathNot: routeKit },
    },
    {
      name: 'rooms-meet-at-queries',
      comment: "A room may read another's queries and tables, never run its acts.",
      severity: 'error',
      from: { path: `^server/${nounRooms}/` },
      to: {
        path: `^server/${nounRooms}/`,
        pathNot: ['^server/$1/', '/(queries|tables|readable|chart)\\.ts$'],
      },
    },
    {
      name: 'rooms-have-no-sockets',
      severity: 'error',
      from: { path: `^server/(${facts}|${nounRooms})/` },
      to: { path: isPackage('socket\\.io|ws|y-websocket|@hono/node-server') },
    },
    {
      name: 'edges-do-not-join-rooms',
      comment: 'app.ts alone introduces rooms and edges to each other.',
      severity: 'error',
      from: { path: `^server/${edges}/` },
      to: { path: joins },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      from: { pathNot: '^server/cli/' },
      to: { path: '^server/cli/' },
    },
    {
      name: 'client-parts-know-no-rooms',
      comment: 'editor, collab, wire and ui serve every room of the client.',
      severity: 'error',
      from: { path: `^client/${clientParts}/` },
      to: { path: ['^client/[^/]+$', `^client/${clientScreens}/`, `^client/${clientRooms}/`] },
    },
    {
      name: 'ui-has-never-heard-of-a-patient',
      severity: 'error',
      from: { path: '^client/ui/' },
      to: { path: ['^client/(editor|collab|wire)/', '^shared/'], pathNot: '^shared/access/' },
    },
    {
      name: 'client-rooms-know-no-pages',
      comment: 'Pages compose rooms into screens; rooms know only their addresses.',
      severity: 'error',
      from: { path: `^client/${clientRooms}/` },
      to: { path: ['^client/[^/]+$', `^client/${clientScreens}/`], pathNot: '^client/routes\\.ts$' },
    },
    {
      name: 'client-rooms-meet-on-pages',
      comment: 'Who is signed in is the one thing that all of them ask for.',
      severity: 'error',
      from: { path: `^client/${clientRooms}/` },
      to: {
        path: `^client/${clientRooms}/`,
        pathNot: ['^client/$1/', '^client/session/session\\.svelte\\.ts$'],
      },
    },
    {
      name: 'every-folder-has-its-place',
      comment: 'A new room is named above before it is imported; otherwise no rule would hold for it.',
      severity: 'error',
      from: {},
      to: {
        path: '^(server|client)/[^/]+/',
        pathNot: [
          `^server/(db|cli|${facts}|${nounRooms}|${edges})/`,
          `^client/(public|${clientScreens}|${clientParts}|${clientRooms})/`,
        ],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^client/node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default'],
      extensions: ['.ts', '.svelte', '.mjs', '.js', '.json', '.css'],
    },
    cache: false,
  },
};
