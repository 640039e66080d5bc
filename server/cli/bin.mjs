#!/usr/bin/env -S node --max-semi-space-size=8
// Why so small a young generation: docs/decisions/005-where-the-time-goes.md.
import { build } from './build.mjs';

// Only the service needs the pages; a command that does not serve starts without waiting for them.
build(process.argv[2] === 'serve' ? ['server', 'client'] : ['server']);
process.setSourceMapsEnabled(true);
await import('../../dist/server/cli/cochart.js');
