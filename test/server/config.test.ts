import { expect, test } from 'vitest';
import { readConfig } from '../../server/config.ts';

const read = (env: Record<string, string | undefined>) =>
  readConfig({ COCHART_DATA: '/srv/cochart', ...env });
const value = (env: Record<string, string | undefined>) => {
  const config = read(env);
  if (!config.ok) throw new Error(config.error);
  return config.value;
};

test('without any setting the service is local, keeps its data in one folder and shows the demo', () => {
  expect(value({})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: null,
    dataFolder: '/srv/cochart',
    database: { url: 'file:///srv/cochart/cochart.db' },
    demo: true,
    logLevel: 'info',
  });
});

test('a setting that is there but empty is as good as none', () => {
  expect(value({ PORT: '', PUBLIC_URL: '', REDIS_URL: '' })).toMatchObject({ port: 3000, publicUrl: null });
});

test('of the public address only the origin counts', () => {
  expect(value({ HOST: '0.0.0.0', PUBLIC_URL: 'https://chart.example/' }).publicUrl).toBe(
    'https://chart.example',
  );
});

test.each([
  ['PORT', { PORT: '70000' }],
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '30.5' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'chart.example' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://chart.example' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://example.org/chart' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://db/cochart' }],
  ['DATABASE_AUTH_TOKEN', { DATABASE_AUTH_TOKEN: 'secret-token' }],
  ['COCHART_DEMO', { COCHART_DEMO: 'yes' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['HOST', { HOST: '0.0.0.0' }],
  ['REDIS_URL', { REDIS_URL: 'redis://localhost' }],
  ['HL7_PORT', { HL7_PORT: '2575' }],
])('a bad %s stops the start with one line that names it: %j', (name, env) => {
  const config = read(env);
  expect(config.ok).toBe(false);
  if (config.ok) return;
  expect(config.error).toMatch(new RegExp(`^${name}: `));
  expect(config.error).not.toContain('\n');
  expect(config.error).not.toContain('secret');
});

test('several bad settings are named together', () => {
  const config = read({ PORT: 'x', LOG_LEVEL: 'y' });
  expect(!config.ok && config.error).toMatch(/^PORT: .+; LOG_LEVEL: .+$/);
});
