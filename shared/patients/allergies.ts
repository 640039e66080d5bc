import { nothingKnown } from './codes.ts';
import { conceptText, firstCoding, hasCode, listAt, textAt, valueAt, type Resource } from './fhirValue.ts';
import type { Allergy, Banner } from './schema.ts';

const severities = ['severe', 'moderate', 'mild'] as const;
const criticalities = ['high', 'low', 'unable-to-assess'] as const;
const gone = new Set(['inactive', 'resolved']);
const unreal = new Set(['refuted', 'entered-in-error']);

const counts = (allergy: Resource): boolean =>
  !hasCode(valueAt(allergy, 'clinicalStatus'), gone) &&
  !hasCode(valueAt(allergy, 'verificationStatus'), unreal);

/** An allergy of which nothing is known ranks above one known to be mild. */
const badness = ({ severity, criticality }: Allergy): number => {
  if (criticality === 'high') return 4;
  if (severity === 'severe') return 3;
  if (severity === 'moderate') return 2;
  return severity === 'mild' || criticality === 'low' ? 0 : 1;
};

/** The allergies that hold, worst first. */
export function interpretAllergies(resources: Resource[]): Banner['allergies'] {
  const holding = resources.filter(counts);
  const none = holding.find((each) => hasCode(valueAt(each, 'code'), nothingKnown.allergies));
  const items = holding
    .filter((each) => !hasCode(valueAt(each, 'code'), nothingKnown.allergies))
    .map(interpretAllergy)
    .sort((a, b) => badness(b) - badness(a) || a.substance.localeCompare(b.substance, 'en'))
    .filter(isFirstOfItsWords);
  if (items.length > 0) return { state: 'listed', items };
  if (none) return { state: 'none', at: recordedAt(none), by: textAt(none, 'recorder', 'display') };
  return { state: 'unknown' };
}

/** Two sources that say the very same take one place: it is needed for what else there is. */
const isFirstOfItsWords = (allergy: Allergy, index: number, all: readonly Allergy[]): boolean =>
  all.findIndex((other) => wordsOf(other) === wordsOf(allergy)) === index;

const wordsOf = ({ substance, reaction, severity, criticality }: Allergy): string =>
  JSON.stringify([substance.toLowerCase(), reaction, severity, criticality]);

const recordedAt = (allergy: Resource): string | null =>
  textAt(allergy, 'recordedDate') ?? textAt(allergy, 'onsetDateTime');

function interpretAllergy(allergy: Resource): Allergy {
  const reactions = listAt(allergy, 'reaction');
  const manifestations = reactions.flatMap((reaction) => listAt(reaction, 'manifestation').map(conceptText));
  const substance =
    conceptText(valueAt(allergy, 'code')) ??
    reactions.map((reaction) => conceptText(valueAt(reaction, 'substance'))).find((text) => text !== null);
  return {
    id: allergy.id,
    substance: substance ?? firstCoding(valueAt(allergy, 'code'))?.code ?? 'Substance not recorded',
    reaction: manifestations.filter((text) => text !== null).join(', ') || null,
    severity:
      severities.find((level) => reactions.some((reaction) => textAt(reaction, 'severity') === level)) ??
      null,
    criticality: criticalities.find((level) => level === textAt(allergy, 'criticality')) ?? null,
    recordedAt: recordedAt(allergy),
  };
}
