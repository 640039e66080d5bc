import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rm } from 'node:fs/promises';
import { configFor, temporaryFolder } from '../support/database.ts';
import { runCommand, startService, type CommandRun, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { tamper } from '../support/tamper.ts';

const patientBundle = (family: string): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:6a3e7b0e-4f0e-4d0c-9a55-3f3e1c1f0001',
        resource: { resourceType: 'Patient', name: [{ family, given: ['Test'] }], gender: 'female' },
        request: { method: 'POST', url: 'Patient' },
      },
    ],
  });

const notAFault = { stderr: '' };

describe('commands beside a running service', () => {
  let service: Service;
  let files: string;
  beforeAll(async () => {
    service = await startService();
    files = await temporaryFolder();
    await writeFile(join(files, 'good.json'), patientBundle('Windmill'));
    await mkdir(join(files, 'bad'));
    await writeFile(join(files, 'bad', 'bad.json'), '{"resourceType": "Bundle", ');
  });
  afterAll(async () => {
    await service.close();
    await rm(files, { recursive: true });
  });
  const cochart = (...args: string[]): Promise<CommandRun> => service.command(args);

  test('what was imported is found at once by people who are signed in', async () => {
    expect(await cochart('import', join(files, '*.json'))).toMatchObject({ ...notAFault, code: 0 });
    const attending = asSignedIn(service.url, await signIn(service.url, 'attending'));
    const { items } = (await (await attending('/api/patients?q=windmill')).json()) as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  test('importing the same again changes nothing', async () => {
    const { stdout } = await cochart('import', join(files, 'good.json'));
    expect(stdout).toContain('1 of 1 file stored');
    expect(stdout).toContain('0 new, 0 updated, 1 unchanged.');
  });

  test('an import that leaves something out names it and says so to the shell', async () => {
    const { code, stdout } = await cochart('import', files, join(files, 'bad'));
    expect(code).toBe(2);
    expect(stdout).toContain('bad.json was not stored:');
    expect((await cochart('import', join(files, 'good.json'), join(files, 'none.json'))).code).toBe(2);
  });

  test('an import that stores nothing has failed', async () => {
    expect((await cochart('import', join(files, 'bad'))).code).toBe(1);
    expect((await cochart('import', join(files, 'none.json'))).code).toBe(1);
    const nowhere = await cochart('import', '--site', 'nowhere', join(files, 'good.json'));
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^cochart import: there is no site nowhere, only .+\n$/);
  });

  test('a user who was added can sign in, and no longer once disabled', async () => {
    const password = 'seven herons over the weir';
    const add = ['user', 'add', 'new.nurse', '--name', 'Nel Nurse', '--role', 'nurse'];
    expect(await service.command(add, `${password}\n`)).toMatchObject({ ...notAFault, code: 0 });
    const cookie = await signIn(service.url, 'new.nurse', password);
    const session = async (): Promise<number> =>
      (await asSignedIn(service.url, cookie)('/api/session')).status;
    expect(await session()).toBe(200);
    expect((await cochart('user', 'list')).stdout).toMatch(/^new\.nurse +nurse +\S+ +Nel Nurse$/m);

    expect((await cochart('user', 'disable', 'new.nurse')).code).toBe(0);
    expect(await session()).toBe(401);
    await expect(signIn(service.url, 'new.nurse', password)).rejects.toThrow('401');
    expect((await cochart('user', 'list')).stdout).toMatch(/^new\.nurse .*\(disabled\)$/m);
  });

  test('a new password ends what the old one opened', async () => {
    const password = 'a lamp beside the harbour';
    const cookie = await signIn(service.url, 'clerk');
    expect((await service.command(['user', 'password', 'clerk'], `${password}\n`)).code).toBe(0);
    expect((await asSignedIn(service.url, cookie)('/api/session')).status).toBe(401);
    await signIn(service.url, 'clerk', password);
  });

  test('what cannot be done is said in one line', async () => {
    for (const args of [
      ['user', 'add', 'attending', '--name', 'X', '--role', 'nurse'],
      ['user', 'add', 'x', '--name', 'X', '--role', 'king'],
      ['user', 'disable', 'nobody-of-that-name'],
      ['user'],
      ['import'],
      ['import', '--sight', 'A', 'x.json'],
      ['verify', '--head', 'x'],
    ]) {
      const { code, stdout, stderr } = await service.command(args, 'seven herons over the weir\n');
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(stderr).toMatch(/^cochart \w+: .+\n$/);
    }
  });

  test('the trail and the logs of a service that works are as they were written', async () => {
    const { code, stdout } = await cochart('verify');
    expect(stdout).toMatch(
      /^\d+ audit rows, \d+ entries in the logs of \d+ documents, \d+ versions in the record: all as they were written\.$/m,
    );
    const head = /Head of the audit trail: (\S+)/.exec(stdout)?.[1];
    expect(code).toBe(0);
    expect((await cochart('verify', '--head', head!)).code).toBe(0);
  });

  test('a second service on the same data says why it does not start', async () => {
    const second = await runCommand(['serve'], { folder: service.folder, env: { PORT: '0' } });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/Another cochart is using .+; stop it first, or set COCHART_DATA\./);
  });

  test('whatever the service writes is closed to other accounts', async () => {
    for (const name of await readdir(service.folder)) {
      expect({ name, others: (await stat(join(service.folder, name))).mode & 0o077 }).toEqual({
        name,
        others: 0,
      });
    }
  });

  test('after the service has stopped, a command finds a row that somebody altered', async () => {
    expect(await service.stop()).toBe(0);
    await tamper({ config: configFor(service.folder) }, ["UPDATE audit SET user_id = 'x' WHERE seq = 3"]);
    const { code, stdout } = await cochart('verify');
    expect(code).toBe(1);
    expect(stdout).toContain('Audit trail: Row 3 does not say what was written.');
    expect(stdout).toContain('NOT as they were written');
  });
});

describe('commands without a service', () => {
  test('the help names every command, and each has its own', async () => {
    const folder = await temporaryFolder();
    const help = await runCommand(['--help'], { folder });
    expect(help).toMatchObject({ ...notAFault, code: 0 });
    const names = [...help.stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!);
    expect(names).toEqual(['serve', 'import', 'export', 'verify', 'user', 'terminology']);
    for (const name of names) {
      const own = await runCommand([name, '--help'], { folder });
      expect(own).toMatchObject({ ...notAFault, code: 0 });
      expect(own.stdout).toContain(`Usage: cochart ${name}`);
    }
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('a setting that is wrong stops a command with its name', async () => {
    const folder = await temporaryFolder();
    const run = await runCommand(['verify'], { folder, env: { PORT: 'harbour' } });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^cochart verify: PORT: .+\n$/);
    await rm(folder, { recursive: true });
  });
});
