import type * as Y from 'yjs';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { contentHashNow } from '../log/contentHash.ts';
import type { LogEntry } from '../log/documentLog.ts';
import { system, type EntryAuthor } from '../log/entries.ts';
import {
  readSeal,
  sealBytes,
  type FindSealOutcome,
  type Mismatch,
  type Seal,
  type Sealed,
  type SealRequest,
} from '../log/sealing.ts';
import type { EntryDraft } from './logTail.ts';

export interface SealsDeps {
  doc(): Y.Doc;
  now(): Date;
  /** Whether this process is between the seal of an act and its outcome. */
  isUnderWay(actId: string): boolean;
  /** Resolves when the entry is durable. */
  append(draft: EntryDraft, at: Date): Promise<void>;
  /** What peers may do has changed. */
  onChange(): void;
}

/** The signatures of one document: each decided at a place in its log, none by a lock. */
export class Seals {
  #whole: Seal | null = null;
  /** Acts whose outcome has not followed their seal yet. */
  readonly #open = new Set<string>();

  constructor(private readonly deps: SealsDeps) {}

  /** Whether the document has ended with a signature. */
  get isWhole(): boolean {
    return this.#whole !== null;
  }

  /** Whether an act is between its seal and its outcome. */
  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** A seal is looked for after the newest snapshot: one that may still have to be followed stays after it. */
  get mayFold(): boolean {
    return !this.isOpen && !this.isWhole;
  }

  /** What follows of an act is in the document. */
  followed(actId: string): void {
    this.#open.delete(actId);
  }

  /**
   * What the signer saw either is what stands here, or it is not. Of a whole, all parts must match; from here on the
   * document takes no edit.
   */
  async seal({ actId, author, expected, views, whole }: SealRequest): Promise<Result<Sealed, Mismatch>> {
    const parts = Object.keys(expected);
    if (this.#whole) return no(Object.fromEntries(parts.map((part) => [part, null])));
    const now = views(this.deps.doc());
    const current = new Map(Object.entries(now).map(([part, view]) => [part, contentHashNow(view)]));
    const matching = parts.filter((part) => current.get(part) === expected[part]);
    const mismatched = Object.fromEntries(
      parts.filter((part) => !matching.includes(part)).map((part) => [part, current.get(part) ?? null]),
    );
    if (matching.length === 0 || (whole && matching.length < parts.length)) return no(mismatched);
    const seal: Seal = {
      actId,
      parts: Object.fromEntries(matching.map((part) => [part, expected[part]!])),
      whole,
    };
    this.#open.add(actId);
    if (whole) this.#become(seal);
    const at = this.deps.now();
    await this.deps.append({ kind: 'seal', author, lease: null, bytes: sealBytes(seal) }, at);
    return ok({ views: Object.fromEntries(matching.map((part) => [part, now[part]])), mismatched, at });
  }

  /** The act failed: the seal is taken back. */
  async unseal(actId: string, author: EntryAuthor): Promise<void> {
    const bytes = Buffer.from(JSON.stringify({ actId }));
    await this.deps.append({ kind: 'unseal', author, lease: null, bytes }, this.deps.now());
    this.#open.delete(actId);
    if (this.#whole?.actId === actId) this.#become(null);
  }

  /**
   * For a document that loads: a seal whose act was not committed before a crash is taken back; one whose act was,
   * stands, and what should have followed it is given back to be written. One whose act is still under way, in a
   * document that was put aside meanwhile, stands until the act says what became of it.
   */
  async recover(
    room: string,
    entries: readonly LogEntry[],
    findOutcome: FindSealOutcome,
  ): Promise<((doc: Y.Doc) => void)[]> {
    const open = new Map<string, Seal>();
    for (const { kind, bytes } of entries) {
      if (kind !== 'seal' && kind !== 'unseal') continue;
      const seal = readSeal(bytes);
      if (kind === 'seal') open.set(seal.actId, seal);
      else open.delete(seal.actId);
    }
    const writes = [];
    for (const seal of open.values()) {
      const found = await findOutcome(room, seal);
      const isUnderWay = this.deps.isUnderWay(seal.actId);
      if (isUnderWay) this.#open.add(seal.actId);
      if (found.outcome === 'not-committed' && !isUnderWay) await this.unseal(seal.actId, system);
      else if (seal.whole) this.#whole = seal;
      else if (found.outcome === 'committed' && found.write) writes.push(found.write);
    }
    return writes;
  }

  #become(seal: Seal | null): void {
    this.#whole = seal;
    this.deps.onChange();
  }
}
