import { DamagedLog, type DocumentLog, type LogGroup } from '../../server/log/documentLog.ts';
import { firstBreak, noEntryHash } from '../../server/log/hash.ts';

/** A DocumentLog that forgets everything with the process: for what is not about durability. */
export function memoryLog(): DocumentLog & { groups: LogGroup[] } {
  const groups: LogGroup[] = [];
  const entriesOf = (document: string) =>
    groups.flatMap(({ entries }) => entries).filter((entry) => entry.document === document);

  return {
    groups,
    append: async (group) => {
      group.onTaken?.();
      groups.push(group);
    },
    beforeCommit: (_readers, then) => then(),
    async load(document) {
      const entries = entriesOf(document);
      const broken = firstBreak(entries, { seq: 0, hash: noEntryHash });
      if (broken !== null) throw new DamagedLog(document, broken);
      const leases = groups
        .flatMap((group) => group.leases ?? [])
        .filter((lease) => lease.document === document);
      return { epoch: 1, snapshot: null, entries, leases };
    },
    read: async (document, _epoch, fromSeq, limit) =>
      entriesOf(document)
        .filter(({ seq }) => seq >= fromSeq)
        .slice(0, limit),
    saveSnapshot: async () => {},
  };
}
