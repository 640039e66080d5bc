import { describe, expect, it } from 'vitest';
import { paths, routeOf, safeNext } from '../../client/routes.ts';

const route = (path: string) => {
  const url = new URL(path, 'http://localhost');
  return routeOf(url.pathname, url.search);
};

describe('addresses', () => {
  it('lead back to the page they were made for', () => {
    expect(route(paths.ward('w/1'))).toEqual({ name: 'ward', wardId: 'w/1' });
    expect(route(paths.patient('ab'))).toEqual({ name: 'patient', patientId: 'ab' });
    expect(route(paths.encounter('ab'))).toEqual({ name: 'encounter', encounterId: 'ab' });
    expect(route(paths.patients('Özdemir & son'))).toEqual({ name: 'patients', query: 'Özdemir & son' });
    expect(route(paths.home)).toEqual({ name: 'home' });
    expect(route(paths.imports())).toEqual({ name: 'imports', importId: null });
    expect(route(paths.imports('i/1'))).toEqual({ name: 'imports', importId: 'i/1' });
  });

  it('that name nothing say so, also when they cannot be read', () => {
    for (const path of ['/elsewhere', '/wards', '/wards/a/b', '/patients/%E0%A4%A']) {
      expect(route(path)).toEqual({ name: 'not-found' });
    }
  });

  it('bring a person back to where the session ended', () => {
    const back = paths.encounter('e1') + '?note=n1';
    expect(route(paths.signIn(back))).toEqual({ name: 'sign-in', next: back });
    expect(paths.signIn('/')).toBe('/sign-in');
  });

  it('never lead out of the service after signing in', () => {
    for (const next of [
      '//elsewhere.org',
      '/\\elsewhere.org',
      'https://elsewhere.org',
      'x',
      '/sign-in?next=/',
      null,
    ]) {
      expect(safeNext(next)).toBe('/');
    }
  });
});
