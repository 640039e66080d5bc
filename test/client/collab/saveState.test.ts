import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outstanding } from '../../../client/collab/outstanding.ts';
import { isAtRisk, saveState, worstState, type SaveFacts } from '../../../client/collab/saveState.ts';

const calm: SaveFacts = {
  connected: true,
  synced: true,
  loaded: true,
  unacknowledged: 0,
  msSinceOldest: 0,
  access: 'write',
  readReason: null,
  refused: false,
  closed: null,
  confirmedLocalCopy: false,
};

describe('the save chip', () => {
  test.each<[string, Partial<SaveFacts>, object]>([
    ['nothing of mine is open', {}, { kind: 'saved' }],
    ['a change is under way', { unacknowledged: 1, msSinceOldest: 2_999 }, { kind: 'saving' }],
    [
      'a change waits for 3 s or more',
      { unacknowledged: 1, msSinceOldest: 4_700 },
      { kind: 'waiting', seconds: 4 },
    ],
    ['the link is lost and nothing of mine is open', { connected: false }, { kind: 'reconnecting' }],
    ['the link is back and not yet in step', { synced: false }, { kind: 'reconnecting' }],
    [
      'the link is lost with work of mine and no copy',
      { connected: false, unacknowledged: 2 },
      { kind: 'not-saved', why: 'link' },
    ],
    [
      'the link is lost with work of mine and a confirmed copy',
      { connected: false, unacknowledged: 2, confirmedLocalCopy: true },
      { kind: 'on-device', changes: 2 },
    ],
    ['the service refused my work', { refused: true }, { kind: 'not-saved', why: 'refused' }],
    ['the document is not loaded yet', { loaded: false }, { kind: 'read-only', reason: null }],
    ['I may only read it', { access: 'read', readReason: 'role' }, { kind: 'read-only', reason: 'role' }],
    ['the connection has ended for good', { closed: 'ended' }, { kind: 'read-only', reason: 'ended' }],
    [
      'it ended with work of mine open',
      { closed: 'ended', unacknowledged: 1 },
      { kind: 'not-saved', why: 'ended' },
    ],
    [
      'the right to write went away with work of mine open',
      { access: 'read', unacknowledged: 1 },
      { kind: 'not-saved', why: 'refused' },
    ],
  ])('when %s', (_when, facts, state) => {
    expect(saveState({ ...calm, ...facts })).toEqual(state);
  });

  test('with several documents it speaks for the one whose work is most at risk', () => {
    expect(worstState([{ kind: 'saved' }, { kind: 'waiting', seconds: 5 }, { kind: 'saving' }])).toEqual({
      kind: 'waiting',
      seconds: 5,
    });
    expect(worstState([{ kind: 'read-only', reason: 'role' }, { kind: 'saved' }])).toEqual({ kind: 'saved' });
    expect(worstState([])).toBeNull();
  });

  test('the page asks before it closes only while work could be lost', () => {
    expect(isAtRisk({ kind: 'saving' })).toBe(true);
    expect(isAtRisk({ kind: 'not-saved', why: 'link' })).toBe(true);
    expect(isAtRisk({ kind: 'saved' })).toBe(false);
    expect(isAtRisk({ kind: 'reconnecting' })).toBe(false);
  });
});

type Step = 'edit' | 'deliver' | 'settle' | 'cut' | 'connect' | 'answer';

/** A client, a link that may drop what it carries, and a server that commits in order, without gaps, and counts. */
class World {
  readonly outstanding = new Outstanding();
  connected = false;
  synced = false;
  loaded = false;
  made = 0;
  durable = new Set<number>();
  /** Messages of this connection, each with the changes it carries. */
  #sent: number[][] = [];
  #delivered = 0;
  #settled = 0;

  step(step: Step): void {
    if (step === 'edit') this.#edit();
    else if (step === 'connect') this.#connect();
    else if (step === 'cut') this.#cut();
    else if (!this.connected) return;
    else if (step === 'answer') this.#answer();
    else if (step === 'deliver') this.#delivered = Math.min(this.#delivered + 1, this.#sent.length);
    else this.#settle();
  }

  #edit(): void {
    if (!this.loaded) return;
    const change = this.made++;
    if (this.connected) this.#sent.push([change]);
    this.outstanding.edited(change, this.connected ? this.#sent.length : null);
  }

  #connect(): void {
    if (this.connected) return;
    this.connected = true;
    this.#sent = [];
    this.#delivered = 0;
    this.#settled = 0;
  }

  /** The answer to the server's step 1, which may come after the first keys on this connection: all there is. */
  #answer(): void {
    this.loaded = true;
    this.synced = true;
    this.#sent.push(Array.from({ length: this.made }, (_, change) => change));
    this.outstanding.resent(this.#sent.length);
  }

  #cut(): void {
    this.connected = false;
    this.synced = false;
    this.outstanding.linkLost();
  }

  #settle(): void {
    // An edit that does not follow from what is durable waits for the resync that brings what is missing.
    const whole = (changes: number[]): boolean =>
      Array.from({ length: changes[0] ?? 0 }, (_, change) => change).every((change) =>
        this.durable.has(change),
      );
    for (let at = this.#settled; at < this.#delivered; at++) {
      if (!whole(this.#sent[at]!)) continue;
      for (const change of this.#sent[at]!) this.durable.add(change);
      this.#settled = at + 1;
      this.outstanding.settled(this.#settled);
      return;
    }
  }
}

test('the chip never says "Saved" while a change of mine is not durable, in any interleaving', () => {
  const steps = fc.array(
    fc.constantFrom<Step>(
      'edit',
      'edit',
      'deliver',
      'deliver',
      'settle',
      'settle',
      'cut',
      'connect',
      'answer',
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (sequence) => {
      const world = new World();
      for (const step of sequence) {
        world.step(step);
        const { connected, synced, loaded } = world;
        const state = saveState({
          ...calm,
          connected,
          synced,
          loaded,
          unacknowledged: world.outstanding.count,
        });
        expect(state.kind === 'saved' && world.durable.size < world.made).toBe(false);
      }
    }),
    { numRuns: 10_000 },
  );
});

test('once the link holds and the server has settled all, the chip says "Saved"', () => {
  const world = new World();
  const typed = Array.from({ length: 9 }, () => 'edit' as const);
  for (const step of ['connect', 'answer', ...typed, 'cut', 'edit', 'connect', 'edit', 'answer'] as const) {
    world.step(step);
  }
  for (let round = 0; round < 5; round++) {
    world.step('deliver');
    world.step('settle');
  }
  expect(world.outstanding.count).toBe(0);
  expect(world.durable.size).toBe(world.made);
});
