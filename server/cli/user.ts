import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { roles, type Role } from '../../shared/access/capabilities.ts';
import type { Refusal } from '../../shared/wire/refusals.ts';
import { refusals } from '../../shared/wire/refusals.ts';
import type { Result } from '../../shared/wire/result.ts';
import { nobody } from '../audit/trail.ts';
import { users } from '../auth/tables.ts';
import { createUser, disableUser, enableUser, setPassword } from '../auth/users.ts';
import { sites } from '../sites/tables.ts';
import { Stop, exit, withDatabase, type Command, type Surroundings } from './command.ts';
import { readPassword } from './secret.ts';
import { namedSite } from './site.ts';

const help = `Usage: cochart user add <username> --name <name> --role <role> [--site <site>] [--patient <id>]
       cochart user list
       cochart user disable <username>
       cochart user enable <username>
       cochart user password <username>

add and password ask for the password without showing it, or take the first line of standard input.
disable, enable and password end every session of that user. Nothing that a user wrote is ever removed.

Options of add:
  --name <name>     as others see it
  --role <role>     ${roles.slice(0, 7).join(', ')},
                    ${roles.slice(7).join(', ')}
  --site <site>     id, label or name; the first site when left out
  --patient <id>    for role patient: whose record it is

Exit code: 0 when done, 1 when not.`;

const needsOf = ({ reader, writer, now }: Surroundings) => ({
  reader,
  writer,
  now,
  newId: () => randomUUID(),
});

/** @throws Stop */
function settled<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  throw new Stop(result.error.detail ?? refusals[result.error.code].words);
}

/** The one user that a command line names, and its options. @throws Stop */
function oneUser<O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O) {
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true, strict: true });
  const [username, ...rest] = positionals;
  if (username === undefined || rest.length > 0) throw new Stop('Name one user. See cochart user --help.');
  return { username, values };
}

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

async function add(args: string[]): Promise<string> {
  const { username, values } = oneUser(args, {
    name: { type: 'string' },
    role: { type: 'string' },
    site: { type: 'string' },
    patient: { type: 'string' },
  });
  const { name, role, site, patient } = values;
  if (name === undefined) throw new Stop('--name is missing.');
  if (role === undefined || !isRole(role)) throw new Stop(`--role is one of: ${roles.join(', ')}.`);
  // Asked for first: while a command waits for a person, it must not keep the service from starting.
  const password = await readPassword();
  return withDatabase(async (surroundings) => {
    const { id: siteId, name: siteName } = await namedSite(surroundings.reader, site);
    const draft = { username, name, role, siteId, patientId: patient ?? null, password };
    settled(await createUser(needsOf(surroundings), draft, nobody));
    return `${username} may sign in as ${role} at ${siteName}.`;
  });
}

async function list(args: string[]): Promise<string> {
  parseArgs({ args, options: {} });
  return withDatabase(async ({ reader }) => {
    const rows = await reader
      .select({
        username: users.username,
        role: users.role,
        site: sites.label,
        name: users.name,
        off: users.disabledAt,
      })
      .from(users)
      .innerJoin(sites, eq(sites.id, users.siteId))
      .orderBy(asc(sites.rank), asc(users.username));
    const widest = Math.max(0, ...rows.map(({ username }) => username.length));
    const line = ({ username, role, site, name, off }: (typeof rows)[number]): string =>
      `${username.padEnd(widest)}  ${role.padEnd(15)}  ${site}  ${name}${off === null ? '' : '  (disabled)'}`;
    return rows.length === 0 ? 'There are no users yet.' : rows.map(line).join('\n');
  });
}

const change =
  (act: typeof disableUser, done: string) =>
  async (args: string[]): Promise<string> => {
    const { username } = oneUser(args, {});
    return withDatabase(async (surroundings) => {
      settled(await act(needsOf(surroundings), username, nobody));
      return `${username} ${done}`;
    });
  };

async function password(args: string[]): Promise<string> {
  const { username } = oneUser(args, {});
  const fresh = await readPassword();
  return withDatabase(async (surroundings) => {
    settled(await setPassword(needsOf(surroundings), username, fresh, nobody));
    return `${username} has a new password; every session has ended.`;
  });
}

const acts: Record<string, (args: string[]) => Promise<string>> = {
  add,
  list,
  disable: change(disableUser, 'can no longer sign in.'),
  enable: change(enableUser, 'can sign in again.'),
  password,
};

async function run([name, ...args]: string[]): Promise<number> {
  const act = name !== undefined && Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!act) throw new Stop(`say what to do: ${Object.keys(acts).join(', ')}. See cochart user --help.`);
  console.log(await act(args));
  return exit.done;
}

export const userCommand: Command = {
  summary: 'add, list, disable or enable users, or set a password',
  help,
  run,
};
