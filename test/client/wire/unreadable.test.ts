import { beforeEach, describe, expect, it } from 'vitest';
import { unreadableHeader } from '../../../shared/wire/unreadable.ts';
import { unreadable } from '../../../client/wire/unreadable.svelte.ts';

const hear = (path: string, ...names: string[]): void =>
  unreadable.hear(
    `https://chart.example/${path}`,
    new Headers(names.length === 0 ? {} : { [unreadableHeader]: names.join(',') }),
  );

describe('what could not be read', () => {
  beforeEach(() => unreadable.clear());

  it('is counted once, however many answers lacked it', () => {
    hear('api/patients/p1', 'Observation/1', 'Condition/2');
    hear('api/patients/p1/lists', 'Condition/2');
    expect(unreadable.count(['p1'])).toBe(2);
  });

  it('stands on the screen on which it was asked, and wherever it is about the same patient', () => {
    hear('api/patients/p1', 'Observation/1');
    expect(unreadable.count([])).toBe(1);
    unreadable.turn();
    expect(unreadable.count(['p2'])).toBe(0);
    expect(unreadable.count(['p1'])).toBe(1);
  });

  it('is known by its type, without which nobody can say that there is none', () => {
    hear('api/patients/p1', 'AllergyIntolerance/1');
    expect(unreadable.lacks('AllergyIntolerance', ['p1'])).toBe(true);
    expect(unreadable.lacks('Condition', ['p1'])).toBe(false);
  });

  it('is forgotten when the same is asked again and nothing is missing', () => {
    hear('api/patients/p1', 'Observation/1');
    hear('api/patients/p1');
    expect(unreadable.count(['p1'])).toBe(0);
  });
});
