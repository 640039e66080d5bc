import { describe, expect, it } from 'vitest';
import { Inbox } from '../../../server/collab/inbox.ts';

/** A log that calls when the test says so, and what the inbox has dealt with. */
function setUp(readers = 50) {
  const called: ((() => void) | null)[] = [];
  const askedFor: number[] = [];
  const dealtWith: number[] = [];
  const log = {
    beforeCommit: (count: number, then: () => void) => {
      askedFor.push(count);
      called.push(then);
    },
  };
  const inbox = new Inbox(log, () => readers);
  return {
    inbox,
    askedFor,
    dealtWith,
    arrive: (...frames: number[]) => {
      for (const frame of frames) inbox.add(() => dealtWith.push(frame));
    },
    commitIsNear: () => called.shift()!(),
  };
}

describe('what arrives for a document', () => {
  it('waits for the log, which is asked once, and is dealt with in order', () => {
    const { arrive, askedFor, dealtWith, commitIsNear } = setUp();
    arrive(1, 2, 3);
    expect(dealtWith).toEqual([]);
    expect(askedFor).toEqual([50]);
    commitIsNear();
    expect(dealtWith).toEqual([1, 2, 3]);
    arrive(4);
    expect(askedFor).toEqual([50, 50]);
    commitIsNear();
    expect(dealtWith).toEqual([1, 2, 3, 4]);
  });

  it('is dealt with at once where the log says so', () => {
    const dealtWith: number[] = [];
    const inbox = new Inbox({ beforeCommit: (_readers, then) => then() }, () => 2);
    for (const frame of [1, 2, 3]) inbox.add(() => dealtWith.push(frame));
    expect(dealtWith).toEqual([1, 2, 3]);
  });

  it('does not wait for a commit that takes long once it is much', () => {
    const { arrive, dealtWith, commitIsNear } = setUp();
    const many = Array.from({ length: 70 }, (_, index) => index);
    arrive(...many);
    expect(dealtWith).toEqual(many.slice(0, 64));
    commitIsNear();
    expect(dealtWith).toEqual(many);
  });

  it('can be dealt with before that; the log, when it calls, finds what came since', () => {
    const { inbox, arrive, askedFor, dealtWith, commitIsNear } = setUp();
    arrive(1, 2);
    inbox.empty();
    expect(dealtWith).toEqual([1, 2]);
    arrive(3);
    expect(askedFor).toEqual([50]);
    commitIsNear();
    expect(dealtWith).toEqual([1, 2, 3]);
  });

  it('stays in order when dealing with one thing means to empty it', () => {
    const { inbox, arrive, dealtWith, commitIsNear } = setUp();
    arrive(1);
    inbox.add(() => inbox.empty());
    arrive(2, 3);
    commitIsNear();
    expect(dealtWith).toEqual([1, 2, 3]);
  });
});
