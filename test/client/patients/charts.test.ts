import { afterEach, describe, expect, it } from 'vitest';
import { charts } from '../../../client/patients/charts.svelte.ts';

const chart = (patientId: string, path = `/patients/${patientId}`) => ({
  patientId,
  family: patientId,
  name: patientId.toUpperCase(),
  bed: null,
  path,
});

afterEach(() => charts.clear());

describe('open charts', () => {
  it('are one tab a person, which leads to where their reader was last', () => {
    charts.show(chart('a'));
    charts.show(chart('a', '/encounters/e1'));
    expect(charts.open.map(({ path }) => path)).toEqual(['/encounters/e1']);
  });

  it('are four at most: the one looked at longest ago makes room, and is named', () => {
    for (const id of ['a', 'b', 'c', 'd', 'a']) expect(charts.show(chart(id))).toBeNull();
    expect(charts.show(chart('e'))?.patientId).toBe('b');
    expect(charts.open.map(({ patientId }) => patientId)).toEqual(['a', 'c', 'd', 'e']);
  });

  it('keep their order when one comes to the front again', () => {
    for (const id of ['a', 'b', 'a']) charts.show(chart(id));
    expect(charts.open.map(({ patientId }) => patientId)).toEqual(['a', 'b']);
  });

  it('stand under the name of one patient only: an encounter that was filed to another is theirs', () => {
    charts.show(chart('a', '/encounters/e1'));
    charts.show(chart('b', '/encounters/e1'));
    expect(charts.open.map(({ patientId, path }) => [patientId, path])).toEqual([['b', '/encounters/e1']]);
  });

  it('leave nothing behind when a session ends', () => {
    charts.show(chart('a'));
    charts.clear();
    expect(charts.open).toEqual([]);
  });
});
