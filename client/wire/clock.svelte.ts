import { ageWords } from '../../shared/units/age.ts';
import { dateIn, formatDate, formatDateTime, formatTime, formatWhen } from '../../shared/units/dates.ts';

const tickMs = 5_000;
/** `Date` headers have whole seconds; a smaller difference is rounding and travel, not a wrong clock. */
const toleranceMs = 2_000;

/** The server's time, as far as this device can know it. A wrong tablet clock must not age a vital sign. */
class Clock {
  private skewMs = 0;
  nowMs = $state(Date.now());
  /** The zone of the signed-in person's site: every time on the screen is in it. */
  timeZone = $state('UTC');

  get now(): Date {
    return new Date(this.nowMs);
  }

  date(at: Date | string): string {
    return formatDate(at, this.timeZone);
  }

  time(at: Date | string): string {
    return formatTime(at, this.timeZone);
  }

  /** Where two changes can share a minute. Zones move clocks by whole minutes. */
  timeWithSeconds(at: Date | string): string {
    return `${this.time(at)}:${String(new Date(at).getUTCSeconds()).padStart(2, '0')}`;
  }

  dateTime(at: Date | string): string {
    return formatDateTime(at, this.timeZone);
  }

  /** The time alone today, else with its day. */
  when(at: Date | string): string {
    return formatWhen(at, this.now, this.timeZone);
  }

  /** Age today, or at `on` for somebody who has died. */
  age(birthDate: string | null, on?: string | null): string {
    return ageWords(birthDate, dateIn(on ?? this.now, this.timeZone));
  }

  /** Learns from the `Date` header of an answer. */
  observe(header: string | null): void {
    const server = header === null ? Number.NaN : Date.parse(header);
    if (Number.isNaN(server)) return;
    const skewMs = server + 500 - Date.now();
    this.skewMs = Math.abs(skewMs) > toleranceMs ? skewMs : 0;
  }

  /** To the millisecond, and not to be followed: what the screen shows follows `nowMs`. */
  read(): number {
    return Date.now() + this.skewMs;
  }

  start(): () => void {
    const tick = () => {
      this.nowMs = this.read();
    };
    tick();
    const timer = setInterval(tick, tickMs);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}

export const clock = new Clock();
