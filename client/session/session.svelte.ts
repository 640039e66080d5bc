import type { Capability } from '../../shared/access/capabilities.ts';
import type { Ending, SessionUser } from '../../shared/wire/session.ts';
import { forgetWhoWaits, signedInAgain } from '../wire/again.ts';
import { api, isApiError, speakFor, type Site, type Welcome } from '../wire/api.ts';
import { clock } from '../wire/clock.svelte.ts';

/** `locked`: their session is over, and their screen waits behind the lock as they left it. */
type State = 'loading' | 'out' | 'in' | 'locked' | 'unreachable';

const isSamePerson = (one: SessionUser | null, other: SessionUser): boolean =>
  one?.id === other.id && one.role === other.role && one.siteId === other.siteId;

/** Who is signed in on this screen. The server's word only: nothing of it is kept on the device. */
class Session {
  state = $state<State>('loading');
  user = $state<SessionUser | null>(null);
  welcome = $state<Welcome | null>(null);
  /** It was ended by the service, not by this person: the sign-in page says so. */
  ended = $state(false);
  /** This person signed out: the next one does not land in their chart. */
  leftByChoice = $state(false);

  site = $derived<Site | null>(
    this.welcome?.sites.find((site) => site.id === this.user?.siteId) ?? this.welcome?.sites[0] ?? null,
  );

  async load(): Promise<void> {
    this.state = 'loading';
    const [who, welcome] = await Promise.allSettled([api.whoIsHere(), api.welcome()]);
    if (welcome.status === 'fulfilled') this.greet(welcome.value);
    if (who.status === 'fulfilled') this.enter(who.value.user);
    else this.state = isApiError(who.reason, 'unauthenticated') ? 'out' : 'unreachable';
  }

  async loadWelcome(): Promise<void> {
    this.greet(await api.welcome());
  }

  async signIn(username: string, password: string): Promise<void> {
    this.enter((await api.signIn(username, password)).user);
  }

  async signOut(): Promise<void> {
    // Set before asking: the announcement that the session ended may come first, and must not be taken for a loss.
    this.leftByChoice = true;
    try {
      await api.signOut();
    } catch (error) {
      this.leftByChoice = false;
      throw error;
    }
    this.leave();
  }

  /**
   * The service ended it. Who went, or may no longer be here, leaves nothing behind; of whom it is only not known any
   * more (too long idle, too old, the service cannot say) everything stays as it was until they prove who they are.
   */
  end(why: Ending | null = null): void {
    if (this.state !== 'in' && this.state !== 'locked') return;
    if (this.leftByChoice || why === 'signed-out' || why === 'revoked') this.leave();
    else if (why === 'replaced') void this.lookAgain();
    else this.lock();
  }

  /** Nobody has done anything here for too long. */
  lock(): void {
    if (this.state === 'in') this.state = 'locked';
  }

  /** Somebody else wants to sign in here: what was open behind the lock is closed. */
  giveUp(): void {
    this.leftByChoice = true;
    // Should the service know the session after all, nobody may find it here.
    api.signOut().catch((error: unknown) => {
      if (!isApiError(error)) throw error;
    });
    this.leave();
  }

  /** In another tab of this browser this person may have signed in again. If somebody else has, this is not their screen. */
  async lookAgain(): Promise<void> {
    try {
      const { user } = await api.whoIsHere();
      if (isSamePerson(this.user, user)) this.enter(user);
      else this.lock();
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (error.code === 'unauthenticated') this.lock();
    }
  }

  /** Whether the service has not said that it no longer knows us; if it says so, the session ends here too. */
  async check(): Promise<boolean> {
    try {
      await api.session();
    } catch (error) {
      if (isApiError(error, 'unauthenticated')) {
        this.end();
        return false;
      }
    }
    return true;
  }

  can(capability: Capability): boolean {
    return this.user?.capabilities.includes(capability) ?? false;
  }

  private greet(welcome: Welcome): void {
    this.welcome = welcome;
    this.setZone();
  }

  private setZone(): void {
    if (this.site) clock.timeZone = this.site.timeZone;
  }

  private enter(user: SessionUser): void {
    const again = isSamePerson(this.user, user);
    this.user = user;
    speakFor(user.id);
    this.setZone();
    this.ended = false;
    this.leftByChoice = false;
    this.state = 'in';
    if (again) signedInAgain();
    else forgetWhoWaits();
  }

  private leave(): void {
    this.user = null;
    speakFor(null);
    this.ended = !this.leftByChoice;
    this.state = 'out';
    forgetWhoWaits();
  }
}

export const session = new Session();
