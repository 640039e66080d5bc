import type { CatalogueCategory, CatalogueItem } from '../../../shared/orders/catalogue.ts';
import { codeSystems } from './systems.ts';

type Row = [code: string, name: string, also?: string];

/** Relatives by blood, for a family history: HL7 v3 RoleCode below FAMMEMB. */
const relatives: Row[] = [
  ['MTH', 'Mother', 'mum mom'],
  ['FTH', 'Father', 'dad'],
  ['PRN', 'Parent'],
  ['SIS', 'Sister'],
  ['BRO', 'Brother'],
  ['SIB', 'Sibling', 'brother sister'],
  ['HSIS', 'Half-sister'],
  ['HBRO', 'Half-brother'],
  ['TWIN', 'Twin'],
  ['ITWIN', 'Identical twin'],
  ['FTWIN', 'Fraternal twin'],
  ['DAU', 'Daughter'],
  ['SON', 'Son'],
  ['CHILD', 'Child', 'son daughter'],
  ['MGRMTH', 'Grandmother, mother’s side', 'maternal'],
  ['MGRFTH', 'Grandfather, mother’s side', 'maternal'],
  ['PGRMTH', 'Grandmother, father’s side', 'paternal'],
  ['PGRFTH', 'Grandfather, father’s side', 'paternal'],
  ['GRMTH', 'Grandmother'],
  ['GRFTH', 'Grandfather'],
  ['GRPRN', 'Grandparent'],
  ['GGRPRN', 'Great-grandparent'],
  ['MAUNT', 'Aunt, mother’s side', 'maternal'],
  ['PAUNT', 'Aunt, father’s side', 'paternal'],
  ['AUNT', 'Aunt'],
  ['MUNCLE', 'Uncle, mother’s side', 'maternal'],
  ['PUNCLE', 'Uncle, father’s side', 'paternal'],
  ['UNCLE', 'Uncle'],
  ['MCOUSN', 'Cousin, mother’s side', 'maternal'],
  ['PCOUSN', 'Cousin, father’s side', 'paternal'],
  ['COUSN', 'Cousin'],
  ['NIECE', 'Niece'],
  ['NEPHEW', 'Nephew'],
  ['GRNDDAU', 'Granddaughter'],
  ['GRNDSON', 'Grandson'],
  ['GRNDCHILD', 'Grandchild'],
  ['FAMMEMB', 'Family member', 'relative'],
];

/** The answers that US Core binds to LOINC 72166-2; SNOMED CT codes, whose use depends on the territory. */
const smoking: Row[] = [
  ['449868002', 'Smokes tobacco every day', 'current smoker'],
  ['428041000124106', 'Smokes tobacco on some days', 'current smoker occasional'],
  ['8517006', 'Former smoker', 'ex-smoker'],
  ['266919005', 'Never smoked', 'non-smoker'],
  ['77176002', 'Smoker, how much not known', 'current'],
  ['266927001', 'Not known whether a smoker', 'unknown'],
  ['428071000124103', 'Heavy smoker', 'more than 10 cigarettes a day'],
  ['428061000124105', 'Light smoker', 'fewer than 10 cigarettes a day'],
];

const inCategory =
  (category: CatalogueCategory, system: string) =>
  ([code, name, also]: Row): CatalogueItem => ({
    system,
    code,
    display: name,
    category,
    also: also === undefined ? [] : [also],
    hints: {},
  });

export const relationships = relatives.map(inCategory('relationship', codeSystems.roles));
export const smokingStatuses = smoking.map(inCategory('smoking-status', codeSystems.snomed));
