export type LinkState = 'connecting' | 'live' | 'lost';

/** Whether announcements reach this screen. Says only what the socket has shown, never what the device hopes. */
class Connection {
  state = $state<LinkState>('connecting');
  /** Since when nothing has come; null while live or before the first connection. */
  lostAtMs = $state<number | null>(null);
  /** How often the link has come back: what a screen missed meanwhile must be asked for again. */
  returns = $state(0);

  opened(): void {
    if (this.lostAtMs !== null) this.returns += 1;
    this.state = 'live';
    this.lostAtMs = null;
  }

  closed(nowMs: number): void {
    this.state = 'lost';
    this.lostAtMs ??= nowMs;
  }

  reset(): void {
    this.state = 'connecting';
    this.lostAtMs = null;
  }
}

export const connection = new Connection();
