import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { registry } from '../../../shared/documents/registry.ts';
import { parseRoom } from '../../../shared/documents/room.ts';
import { orderContent, draftOrders } from '../../../shared/documents/orders.ts';
import { judge } from '../../../server/collab/gate.ts';
import { ShapeMap } from '../../../server/collab/paths.ts';
import { seedDemo } from '../../../server/demo/seed.ts';
import { systemUser } from '../../../server/log/entries.ts';
import { emptyDocument, foldDocument } from '../../../server/log/fold.ts';
import { documentLog } from '../../../server/log/tables.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';

describe('what the demo has begun to write', () => {
  let deps: TestDatabase;
  let rooms: string[];

  beforeAll(async () => {
    deps = await testDatabase();
    await seedDemo(deps);
    const rows = await deps.reader.selectDistinct({ room: documentLog.document }).from(documentLog);
    rooms = rows.map(({ room }) => room);
  });
  afterAll(() => deps.close());

  it('stands in every kind of document', () => {
    const kinds = rooms.map((room) => {
      const parsed = parseRoom(room);
      return parsed.ok ? parsed.value.kind : 'none';
    });
    expect(new Set(kinds)).toEqual(new Set(['note', 'orders', 'care-plan']));
  });

  it('would have passed the gate, entry by entry, from the hands of its authors', async () => {
    const verdicts: string[] = [];
    for (const room of rooms) {
      const parsed = parseRoom(room);
      if (!parsed.ok) throw new Error(room);
      const { roots } = registry[parsed.value.kind];
      const doc = emptyDocument(roots);
      for (const entry of await deps.log.read(room, 1, 1, 1_000)) {
        const { verdict } = judge(entry.bytes, {
          doc,
          shapes: new ShapeMap(roots),
          holds: () => 'free',
          access: { mode: 'write', orderCategories: null },
        });
        if (entry.userId !== systemUser) verdicts.push(verdict);
        Y.applyUpdate(doc, entry.bytes);
      }
    }
    expect(new Set(verdicts)).toEqual(new Set(['accept']));
  });

  it('holds orders that have words for what is ordered', async () => {
    for (const room of rooms.filter((name) => name.endsWith('/orders'))) {
      const { doc } = await foldDocument(deps.log, room, registry.orders.roots);
      expect(draftOrders(doc).length).toBeGreaterThan(0);
      for (const draft of draftOrders(doc)) {
        expect(orderContent(draft)).toMatchObject({
          detail: { code: { display: expect.stringMatching(/\w/) } },
        });
      }
    }
  });
});
