import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const builtOnce = fileURLToPath(new URL('test/support/built.ts', import.meta.url));

export default defineConfig({
  root: 'client',
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // How long the build took is not what somebody who starts the service wants to read.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          root: '.',
          include: ['test/{shared,server,client,contract,fuzz,house}/**/*.test.ts'],
          environment: 'node',
          // No test waits for time to pass; this is for a machine that has other things to do.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          root: '.',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: [builtOnce],
          environment: 'node',
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // A browser and a service each want a core: one journey at a time, after everything else.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
