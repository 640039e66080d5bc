import { parseArgs } from 'node:util';
import { verifyAudit } from '../audit/verify.ts';
import type { ChainHead } from '../db/chain.ts';
import { libsqlLog } from '../log/libsqlLog.ts';
import { verifyLogs } from '../log/verify.ts';
import { verifyRecords } from '../records/verify.ts';
import { Stop, exit, withDatabase, type Command } from './command.ts';
import { openProgress } from './progress.ts';

const help = `Usage: cochart verify [--head <row>:<hash>]

Reads the whole audit trail, the log of every document and every version of every resource, and says where they are
not as they were written: rows or entries that were altered, deleted, inserted or moved.

Options:
  --head <row>:<hash>  a head of the audit trail that an earlier run printed: proves that nothing up to it was cut
                       off or written anew since

Exit code: 0 when all is as it was written, 1 when it is not.`;

/** @throws Stop */
function parseHead(text: string): ChainHead {
  const parts = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (!parts) throw new Stop('--head is what an earlier run printed, for example 12:9f86…');
  return { seq: Number(parts[1]), hash: Buffer.from(parts[2]!, 'hex') };
}

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { head: { type: 'string' } } });
  const known = values.head === undefined ? undefined : parseHead(values.head);
  return withDatabase(async ({ reader, writer }) => {
    const progress = openProgress();
    const trail = await verifyAudit(reader, {
      ...(known ? { known } : {}),
      onProgress: (rows) => progress.show(`Audit trail: ${rows} rows`),
    });
    progress.clear();
    for (const { words } of trail.damage) console.log(`Audit trail: ${words}`);
    if (trail.more) console.log('Audit trail: there is more damage after this.');

    const logs = await verifyLogs(reader, libsqlLog(reader, writer), (done, of) =>
      progress.show(`Document logs: ${done} of ${of}`),
    );
    progress.clear();
    for (const { document, epoch, seq } of logs.damage) {
      const which = epoch === 1 ? document : `${document}, epoch ${epoch}`;
      console.log(`Document log ${which}: entry ${seq} does not follow from the one before it.`);
    }
    for (const { document, seq } of logs.snapshots)
      console.log(`Snapshot of ${document} at entry ${seq}: altered; the document loads without it.`);

    const records = await verifyRecords(reader, (versions) => progress.show(`Record: ${versions} versions`));
    progress.clear();
    for (const { type, id, versionId } of records.damage)
      console.log(`Record ${type}/${id}, version ${versionId}: not as it was stored.`);

    const good = [trail.damage, logs.damage, logs.snapshots, records.damage].every(
      (each) => each.length === 0,
    );
    console.log(
      `${trail.rows} audit rows, ${logs.entries} entries in the logs of ${logs.documents} documents, ` +
        `${records.versions} versions in the record: ` +
        (good ? 'all as they were written.' : 'NOT as they were written.'),
    );
    if (good) console.log(`Head of the audit trail: ${trail.head.seq}:${trail.head.hash.toString('hex')}`);
    return good ? exit.done : exit.failed;
  });
}

export const verifyCommand: Command = {
  summary: 'check that the audit trail, the document logs and the record are as they were written',
  help,
  run,
};
