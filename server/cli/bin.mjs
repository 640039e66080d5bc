#!/usr/bin/env node
import { build } from './build.mjs';

// Only the service needs the pages; a command that does not serve starts without waiting for them.
build(process.argv[2] === 'serve' ? ['server', 'client'] : ['server']);
process.setSourceMapsEnabled(true);
await import('../../dist/server/cli/cochart.js');
