import { createHash } from 'node:crypto';
import { noteText, type NoteContent, type NoteLine } from '../../shared/documents/note.ts';
import type { NoteKind } from '../../shared/notes/kinds.ts';
import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { practitioner, provenanceOf } from '../signing/fhir.ts';
import type { Person } from '../signing/queries.ts';

export interface SignedNote {
  ids: { composition: string; document: string; provenance: string };
  note: { id: string; kind: NoteKind; title: string };
  patientId: string;
  encounterId: string;
  content: NoteContent;
  contentHash: string;
  authors: readonly Person[];
  signer: Pick<Person, 'id' | 'name'>;
  /** As the site's clock showed it. */
  at: string;
  awaitsCosign: boolean;
}

/** LOINC document types (loinc.org). A kind without one of its own is a note. */
const documentTypes: Partial<Record<NoteKind, [code: string, display: string]>> = {
  progress: ['11506-3', 'Progress note'],
  'history-and-physical': ['34117-2', 'History and physical note'],
  procedure: ['28570-0', 'Procedure note'],
  'discharge-summary': ['18842-5', 'Discharge summary'],
  consult: ['11488-4', 'Consult note'],
  nursing: ['34746-8', 'Nurse Note'],
};

const typeOf = ({ kind, title }: SignedNote['note']) => {
  const [code, display] = documentTypes[kind] ?? ['34109-9', 'Note'];
  return { coding: [{ system: systems.loinc, code, display }], text: title };
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const lineText = ({ runs }: NoteLine): string => runs.map(({ text }) => text).join('');

const narrative = (lines: NoteLine[]): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml">${lines
    .map((line) => `<p>${escaped(lineText(line))}</p>`)
    .join('')}</div>`;

/** A signed note in FHIR R4: what it says, the document that shows it, and who made it. */
export function noteToFhir(signed: SignedNote): Resource[] {
  const { ids, note, patientId, encounterId, content, contentHash, authors, signer, at } = signed;
  const subject = { reference: `Patient/${patientId}` };
  const encounter = { reference: `Encounter/${encounterId}` };
  const author = authors.map(practitioner);
  const composition: Resource = {
    resourceType: 'Composition',
    id: ids.composition,
    identifier: { system: systems.note, value: note.id },
    status: signed.awaitsCosign ? 'preliminary' : 'final',
    type: typeOf(note),
    subject,
    encounter,
    date: at,
    author: author.length > 0 ? author : [practitioner(signer)],
    title: note.title,
    attester: [{ mode: 'legal', time: at, party: practitioner(signer) }],
    section: content.sections.map(({ title, lines }) => ({
      title,
      text: { status: 'generated', div: narrative(lines) },
    })),
  };
  const text = Buffer.from(noteText(content));
  const document: Resource = {
    resourceType: 'DocumentReference',
    id: ids.document,
    identifier: [
      { system: systems.note, value: note.id },
      { system: systems.contentHash, value: contentHash },
    ],
    status: 'current',
    docStatus: composition.status,
    type: typeOf(note),
    subject,
    date: at,
    author: composition.author,
    authenticator: practitioner(signer),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: text.toString('base64'),
          size: text.length,
          // R4, Attachment.hash: SHA-1 of the data, base64.
          hash: createHash('sha1').update(text).digest('base64'),
          title: note.title,
          creation: at,
        },
      },
    ],
    context: { encounter: [encounter] },
  };
  const targets = [`Composition/${ids.composition}`, `DocumentReference/${ids.document}`];
  return [
    composition,
    document,
    provenanceOf({ id: ids.provenance, targets, at, authors, signer, contentHash }),
  ];
}
