import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { appRoot } from '../../server/db/appRoot.ts';

// dependency-cruiser sees a component as it is compiled, without what it imports as a type only. Types point the same
// way as everything else, so here the same rules are held against what is written.

type Paths = string | string[];
interface Rule {
  name: string;
  from: { path?: Paths; pathNot?: Paths };
  to: { path?: Paths; pathNot?: Paths; dependencyTypes?: string[]; dependencyTypesNot?: string[] };
}

const root = appRoot();
const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
  forbidden: Rule[];
};
/** Rules that speak of places; those about kinds of dependencies and circles need more than two paths. */
const rules = forbidden.filter(
  ({ to }) => (to.path ?? to.pathNot) && !to.dependencyTypes && !to.dependencyTypesNot,
);

const patterns = (paths: Paths | undefined): string[] => (paths === undefined ? [] : [paths].flat());

/** What a pattern found in `path`, its groups after it; null when it found nothing. */
const match = (path: string, paths: Paths | undefined): RegExpExecArray | null =>
  patterns(paths)
    .map((each) => new RegExp(each).exec(path))
    .find((found) => found !== null) ?? null;

function isBroken({ from, to }: Rule, importer: string, imported: string): boolean {
  const place = match(importer, from.path);
  if ((from.path && !place) || match(importer, from.pathNot)) return false;
  const withGroups = (paths: Paths | undefined): string[] =>
    patterns(paths).map((each) => each.replace(/\$(\d)/g, (_all, group) => place?.[Number(group)] ?? ''));
  return (
    (!to.path || match(imported, withGroups(to.path)) !== null) && !match(imported, withGroups(to.pathNot))
  );
}

const importsOf = (component: string): string[] =>
  [...component.matchAll(/<script[^>]*>([^]*?)<\/script>/g)]
    .flatMap(([, script]) => ts.preProcessFile(script ?? '').importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'));

function wrongImports(path: string, component: string): string[] {
  return importsOf(component).flatMap((specifier) => {
    const imported = join(dirname(path), specifier);
    return rules
      .filter((rule) => isBroken(rule, path, imported))
      .map(({ name }) => `${name}: ${path} -> ${imported}`);
  });
}

test('what components import as types points the same way as everything else', () => {
  const components = (readdirSync(join(root, 'client'), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.svelte') && !name.startsWith('node_modules'))
    .map((name) => `client/${name}`);
  expect(components.length).toBeGreaterThan(0);
  expect(components.flatMap((path) => wrongImports(path, readFileSync(join(root, path), 'utf8')))).toEqual(
    [],
  );
});

test.each([
  ['client/notes/Note.svelte', '../../server/notes/queries.ts', 'client-never-imports-server'],
  ['client/ui/Button.svelte', '../../shared/patients/schema.ts', 'ui-has-never-heard-of-a-patient'],
  ['client/notes/Note.svelte', '../orders/orders.svelte.ts', 'client-rooms-meet-on-pages'],
])('in %s a type from %s breaks %s', (path, specifier, rule) => {
  const component = `<script lang="ts">\n  import type { Thing } from '${specifier}';\n</script>`;
  expect(wrongImports(path, component)).toEqual([expect.stringContaining(rule)]);
});

test('a type from the same room is right', () => {
  const component = `<script lang="ts">\n  import type { Thing } from './notes.svelte.ts';\n</script>`;
  expect(wrongImports('client/notes/Note.svelte', component)).toEqual([]);
});
