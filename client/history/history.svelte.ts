import type { Change, HistoryPage, Past } from '../../shared/history/schema.ts';
import { ApiError, isApiError } from '../wire/api.ts';
import { loadChanges, loadPast, type HistoryOf } from './historyApi.ts';

const pageChanges = 60;
/** Moments that were looked at lately: stepping back and forth asks once. */
const keptMoments = 40;

export type Moment = 'first' | 'second';
export type Failure = 'damaged' | 'other';

/** A document's history on the screen: its changes, the moment that is shown, and the document as it was then. */
export class History {
  /** Everything but the changes themselves: how many, by whom, the bars. */
  overview = $state.raw<HistoryPage | null>(null);
  /** Changes around the moment, oldest first. */
  changes = $state.raw<Change[]>([]);
  hasEarlier = $state(false);
  hasLater = $state(false);
  /** The moment that is shown; of two that are compared, the later or the earlier one. */
  seq = $state(0);
  /** The moment with which it is compared. */
  other = $state<number | null>(null);
  /** Which of the two the buttons move. */
  moving = $state<Moment>('second');
  past = $state.raw<Past | null>(null);
  failed = $state<Failure | null>(null);
  section = $state<string | null>(null);
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  playing = $state(false);

  /** The change that the moment ends, or the last one before it. */
  current = $derived(this.changes.findLast(({ seq }) => seq <= this.seq) ?? null);

  readonly #of: HistoryOf;
  readonly #moments = new Map<string, Past>();
  #asking: AbortController | null = null;
  #turns: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(of: HistoryOf) {
    this.#of = of;
  }

  async open(): Promise<void> {
    await this.#trying(async () => {
      this.failed = null;
      const page = await loadChanges(this.#of, { order: 'newest', limit: pageChanges, timeline: '1' });
      this.overview = page;
      this.#hold(page.items.toReversed(), page.next !== undefined, false);
      this.seq = page.items[0]?.seq ?? 0;
      await this.#show();
    });
  }

  /** The document has been written in: the bars grow, the moment stays. */
  async refresh(): Promise<void> {
    await this.#trying(async () => {
      const page = await loadChanges(
        this.#of,
        { order: 'newest', limit: pageChanges, timeline: '1' },
        { background: true },
      );
      this.overview = page;
      if (this.hasLater || this.section !== null || this.hidden.size > 0) return;
      const fresh = page.items.toReversed();
      const oldest = fresh[0]?.firstSeq ?? 0;
      const known = this.changes.filter(({ seq }) => seq < oldest);
      this.#hold(known.length > 0 ? [...known, ...fresh] : fresh, this.hasEarlier, false);
    });
  }

  close(): void {
    this.#closed = true;
    this.playing = false;
    this.#asking?.abort();
  }

  /** Goes to the last change at or before a place in the log. */
  goTo(seq: number): Promise<void> {
    return this.#inTurn(() => this.#reach(seq));
  }

  step(by: 1 | -1): Promise<void> {
    return this.#inTurn(async () => {
      const next = (): Change | undefined =>
        by === 1
          ? this.changes.find(({ seq }) => seq > this.seq)
          : this.changes.findLast(({ seq }) => seq < this.seq);
      if (next() === undefined && (by === 1 ? this.hasLater : this.hasEarlier)) await this.#more(by);
      const change = next();
      if (change) this.seq = change.seq;
      else this.playing = false;
    });
  }

  /** To the end of this spell of work, or of the one before or after. */
  stepSession(by: 1 | -1): Promise<void> {
    return this.#inTurn(async () => {
      const sessions = this.overview?.timeline?.sessions ?? [];
      const session =
        by === 1
          ? sessions.find(({ lastSeq }) => lastSeq > this.seq)
          : sessions.findLast(({ lastSeq }) => lastSeq < this.seq);
      if (session) await this.#reach(session.lastSeq);
      else if (by === -1) await this.#reach(1);
    });
  }

  toEnd(): Promise<void> {
    return this.#inTurn(() => this.#reach(this.overview?.lastSeq ?? 0));
  }

  more(by: 1 | -1): Promise<void> {
    return this.#inTurn(() => this.#more(by));
  }

  /** Holds the moment, and goes on from it to another one. */
  compare(): Promise<void> {
    return this.#inTurn(async () => {
      this.moving = 'second';
      if (this.other !== null) {
        this.other = null;
        return;
      }
      const sessions = this.overview?.timeline?.sessions ?? [];
      const start = sessions.findLast(({ firstSeq }) => firstSeq <= this.seq)?.firstSeq ?? 1;
      this.other = start < this.seq ? start : Math.max(0, this.seq - 1);
    });
  }

  /** Lets the buttons move the other one of the two moments. */
  move(moment: Moment): Promise<void> {
    return this.#inTurn(async () => {
      if (this.other === null || moment === this.moving) return;
      const other = this.other;
      this.other = this.seq;
      this.moving = moment;
      await this.#reach(other);
    });
  }

  filter({ section, hidden }: { section: string | null; hidden: ReadonlySet<string> }): Promise<void> {
    this.section = section;
    this.hidden = hidden;
    return this.#inTurn(() => this.#around(this.seq));
  }

  /** One after the other: keys are pressed faster than changes can be loaded. What is shown in the end is the last. */
  async #inTurn(go: () => Promise<void>): Promise<void> {
    const gone = this.#turns.then(() => this.#trying(go));
    this.#turns = gone;
    await gone;
    await this.#trying(() => this.#show());
  }

  async #reach(seq: number): Promise<void> {
    const [first, last] = [this.changes[0], this.changes.at(-1)];
    const isHeld =
      (first !== undefined && seq >= first.seq && (last!.seq >= seq || !this.hasLater)) ||
      (first !== undefined && seq < first.seq && !this.hasEarlier);
    if (!isHeld) await this.#around(seq);
    const change = this.changes.findLast((each) => each.seq <= seq) ?? this.changes[0];
    this.seq = change?.seq ?? seq;
  }

  get #filter(): { author?: string; section?: string } {
    const shown = this.overview?.authors.filter(({ id }) => !this.hidden.has(id)).map(({ id }) => id);
    return {
      ...(this.hidden.size > 0 ? { author: (shown ?? []).join(',') || '-' } : {}),
      ...(this.section === null ? {} : { section: this.section }),
    };
  }

  async #around(seq: number): Promise<void> {
    const how = { limit: pageChanges / 2, ...this.#filter };
    const [before, after] = await Promise.all([
      loadChanges(this.#of, { ...how, order: 'newest', before: seq + 1 }, { background: true }),
      loadChanges(this.#of, { ...how, order: 'oldest', after: seq }, { background: true }),
    ]);
    this.#hold(
      [...before.items.toReversed(), ...after.items],
      before.next !== undefined,
      after.next !== undefined,
    );
  }

  async #more(by: 1 | -1): Promise<void> {
    const edge = by === 1 ? this.changes.at(-1) : this.changes[0];
    if (edge === undefined) return;
    const how = { limit: pageChanges, ...this.#filter };
    if (by === 1) {
      const page = await loadChanges(this.#of, { ...how, order: 'oldest', after: edge.seq });
      this.#hold([...this.changes, ...page.items], this.hasEarlier, page.next !== undefined);
    } else {
      const page = await loadChanges(this.#of, { ...how, order: 'newest', before: edge.seq });
      this.#hold([...page.items.toReversed(), ...this.changes], page.next !== undefined, this.hasLater);
    }
  }

  #hold(changes: Change[], hasEarlier: boolean, hasLater: boolean): void {
    this.changes = changes;
    this.hasEarlier = hasEarlier;
    this.hasLater = hasLater;
  }

  async #show(): Promise<void> {
    const { seq } = this;
    if (seq === 0) return;
    const compare = this.other ?? undefined;
    const key = `${seq} ${compare ?? ''}`;
    const known = this.#moments.get(key);
    this.#asking?.abort();
    if (known) {
      this.past = known;
      return;
    }
    const asking = new AbortController();
    this.#asking = asking;
    const past = await loadPast(this.#of, { seq, compare }, { signal: asking.signal });
    if (asking.signal.aborted) return;
    this.past = past;
    // The newest moment is still being written: a change that goes on is not over when it was looked at.
    if (seq < (this.overview?.lastSeq ?? 0)) this.#moments.set(key, past);
    const [oldest] = this.#moments.keys();
    if (this.#moments.size > keptMoments && oldest !== undefined) this.#moments.delete(oldest);
  }

  async #trying(load: () => Promise<void>): Promise<void> {
    try {
      await load();
    } catch (error) {
      const isOver = this.#closed || (error instanceof DOMException && error.name === 'AbortError');
      if (isOver) return;
      if (!(error instanceof ApiError)) throw error;
      this.playing = false;
      this.failed = isApiError(error, 'unavailable') ? 'damaged' : 'other';
    }
  }
}
