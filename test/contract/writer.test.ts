import { rm } from 'node:fs/promises';
import { openDatabase } from '../../server/db/open.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { writerSuite } from '../support/writerSuite.ts';

writerSuite('the writer of this process', async () => {
  const folder = await temporaryFolder();
  const database = await openDatabase(configFor(folder), { serve: false });
  if (!database.ok) throw new Error(database.error);
  const { reader, writer, close } = database.value;
  return {
    reader,
    writer,
    close: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
});

writerSuite('the writer of a running service', async () => {
  const folder = await temporaryFolder();
  const service = await openDatabase(configFor(folder), { serve: true });
  if (!service.ok) throw new Error(service.error);
  const command = await openDatabase(configFor(folder), { serve: false });
  if (!command.ok) throw new Error(command.error);
  return {
    reader: command.value.reader,
    writer: command.value.writer,
    close: async () => {
      await command.value.close();
      await service.value.close();
      await rm(folder, { recursive: true });
    },
  };
});
