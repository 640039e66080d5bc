import type { Disposition } from '../../shared/encounters/moves.ts';
import type { BoardCard } from '../../shared/encounters/schema.ts';
import { words } from '../messages/words.ts';
import { failureWords, Sender } from '../wire/sender.ts';

type Asked = 'move' | 'discharge' | 'refile';
/** Who is to be moved: a card, or somebody who is on the way here. */
export type Movable = Pick<BoardCard, 'encounterId' | 'version' | 'patient' | 'bed'>;

const path = (encounterId: string, act: string): string =>
  `/api/encounters/${encodeURIComponent(encounterId)}/${act}`;

/** What people do to the beds of a ward. The board shows it when the service has said that it is so. */
export class Moves {
  readonly #sender = new Sender();
  #open = $state.raw<{ asked: Asked; card: BoardCard } | null>(null);
  dragged = $state.raw<Movable | null>(null);
  busy = $state(false);
  /** Why the last act was not done; said where it was asked for: in the dialog that is open, else on the board. */
  failure = $state<string | null>(null);
  /** What was done last, and how it is taken back. */
  done = $state.raw<{ said: string; undo: (() => Promise<void>) | null } | null>(null);

  constructor(
    private readonly wardId: () => string,
    private readonly changed: () => void,
  ) {}

  /** The dialog that is open, and about whom. */
  get open(): { asked: Asked; card: BoardCard } | null {
    return this.#open;
  }

  ask(asked: Asked, card: BoardCard): void {
    this.failure = null;
    this.#open = { asked, card };
  }

  /** The dialog closes, and takes with it what went wrong in it. */
  close(): void {
    this.failure = null;
    this.#open = null;
  }

  transfer(who: Movable, wardId: string, bed: string | null, planned = false): Promise<boolean> {
    const said = planned
      ? words.board.moves.planned(who.patient.name)
      : words.board.moves.moved(who.patient.name, bed);
    const { encounterId, version } = who;
    return this.#act(encounterId, 'transfer', { wardId, bed, version, planned }, said);
  }

  cancelTransfer({ encounterId, version, patient }: Movable): Promise<boolean> {
    const said = words.board.moves.notMoved(patient.name);
    return this.#act(encounterId, 'transfer/cancel', { version }, said);
  }

  expectDischarge({ encounterId, version, patient }: Movable, on: string | null): Promise<boolean> {
    const said = words.board.moves.expected(patient.name);
    return this.#act(encounterId, 'expected-discharge', { on, version }, said);
  }

  async discharge(who: Movable, disposition: Disposition): Promise<boolean> {
    const { encounterId, version, patient } = who;
    const said = words.board.moves.discharged(patient.name);
    const body = { disposition, version };
    return this.#act(encounterId, 'discharge', body, said, async () => {
      const back = words.board.moves.notDischarged(patient.name);
      await this.#act(encounterId, 'discharge/cancel', { version: version + 1 }, back);
    });
  }

  setBed(bed: string, state: 'free' | 'cleaning' | 'blocked'): Promise<boolean> {
    const address = `/api/wards/${encodeURIComponent(this.wardId())}/beds/${encodeURIComponent(bed)}/state`;
    return this.#post(address, { state }, words.board.moves.bedIs(bed, words.board.bedStates[state]));
  }

  receive(bed: string | null): Promise<boolean> {
    const body = { estimatedAge: null, wardId: this.wardId(), bed };
    return this.#post('/api/patients/unidentified', body, words.board.moves.received);
  }

  #act(
    encounterId: string,
    act: string,
    body: object,
    said: string,
    undo: (() => Promise<void>) | null = null,
  ): Promise<boolean> {
    return this.#post(path(encounterId, act), body, said, undo);
  }

  async #post(
    address: string,
    body: object,
    said: string,
    undo: (() => Promise<void>) | null = null,
  ): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await this.#sender.send('POST', address, body);
      this.done = { said, undo };
      return true;
    } catch (error) {
      this.failure = failureWords(error, words.board.moves.failed);
      return false;
    } finally {
      this.busy = false;
      this.changed();
    }
  }
}
