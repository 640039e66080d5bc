import type { Role } from '../../../shared/access/capabilities.ts';
import type { GoalStatus, InterventionStatus, ProblemStatus } from '../../../shared/carePlan/statuses.ts';
import type { BlockKind } from '../../../shared/documents/body.ts';
import type { NoteKind } from '../../../shared/notes/kinds.ts';
import type {
  MedicineDetail,
  OrderCategory,
  OrderPriority,
  ServiceDetail,
} from '../../../shared/orders/schema.ts';

/** What stands unsigned in an encounter's documents when the demo opens. */
export interface EncounterDrafts {
  encounterId: string;
  notes: DraftNote[];
  orders: DraftOrderLine[];
  problems: DraftProblem[];
}

export interface DraftNote {
  kind: NoteKind;
  authorUsername: string;
  sections: { title: string; lines: { kind: BlockKind; text: string; checked?: boolean }[] }[];
}

export interface DraftOrderLine {
  category: OrderCategory;
  detail: MedicineDetail | ServiceDetail;
  indication?: string;
  priority?: OrderPriority;
  byUsername: string;
}

export interface DraftProblem {
  title: string;
  code?: { system: string; code: string; display: string };
  status: ProblemStatus;
  /** `due` is a calendar date. */
  goals: { description: string; target?: string; due?: string; status: GoalStatus }[];
  interventions: { description: string; discipline?: Role; frequency?: string; status: InterventionStatus }[];
  byUsername: string;
}
