import { zoneOffset } from '../../shared/units/dates.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';

const dayMs = 86_400_000;
const withoutZone = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?$/;

/**
 * A moment as FHIR R4 wants it, with seconds and an offset: what was written as the site's clocks showed it is not
 * taken for the time in Greenwich. An hour that came twice is not guessed.
 */
export function momentIn(text: string, timeZone: string): Result<string, string> {
  const [, minutes, seconds = ':00'] = withoutZone.exec(text) ?? [];
  const clock = `${minutes}${seconds}`;
  const near = Date.parse(`${clock}Z`);
  if (minutes === undefined || Number.isNaN(near)) return ok(text);
  // Clocks are not moved twice within two days: one of these holds.
  const offsets = new Set([near - dayMs, near + dayMs].map((at) => zoneOffset(new Date(at), timeZone)));
  const fits = [...offsets].filter((offset) => zoneOffset(new Date(clock + offset), timeZone) === offset);
  const [first, second] = fits.map((offset) => clock + offset);
  if (first === undefined) return no('The clocks went forward over this time: it did not come that day.');
  if (second === undefined) return ok(first);
  return no(`This time came twice that day. Write which one: ${first} or ${second}.`);
}
