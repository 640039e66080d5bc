import { eq } from 'drizzle-orm';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { roles, type Role } from '../../shared/access/capabilities.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import { guardOneRow, statement, type Batch } from '../db/batch.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { sites } from '../sites/tables.ts';
import { checkPassword } from './passwordPolicy.ts';
import { hashPassword } from './passwords.ts';
import type { AuthDeps, UserRow } from './sessionStore.ts';
import { sessions, users } from './tables.ts';

export interface UserDraft {
  /** Kept in lower case. */
  username: string;
  name: string;
  role: Role;
  siteId: string;
  /** Only for role `patient`. */
  patientId?: string | null;
  password: string;
}

/** Letters, digits, dot, dash and underscore: what can be typed on any keyboard and shown in any log. */
const usernameShape = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const invalid = (path: string, message: string): Refusal => ({
  ...refuse('invalid', message),
  errors: [{ path, message }],
});

function checkDraft(draft: UserDraft): Result<UserDraft, Refusal> {
  const username = draft.username.trim().toLowerCase();
  const name = draft.name.trim();
  if (!usernameShape.test(username)) {
    return no(invalid('/username', 'A user name is up to 64 letters, digits, dots, dashes or underscores.'));
  }
  if (name === '' || name.length > 200) return no(invalid('/name', 'A name has 1 to 200 characters.'));
  if (!roles.includes(draft.role)) return no(invalid('/role', `A role is one of: ${roles.join(', ')}.`));
  if ((draft.role === 'patient') !== Boolean(draft.patientId)) {
    return no(invalid('/patientId', 'A patient, and nobody else, has a record of their own.'));
  }
  return ok({ ...draft, username, name });
}

export async function createUser(
  deps: AuthDeps,
  draft: UserDraft,
  actor: AuditActor,
): Promise<Result<{ id: string }, Refusal>> {
  const planned = await planUser(deps, draft, actor);
  if (!planned.ok) return planned;
  const [site] = await deps.reader.select({ id: sites.id }).from(sites).where(eq(sites.id, draft.siteId));
  if (!site) return no(invalid('/siteId', 'There is no such site.'));
  const committed = await deps.writer.commit(planned.value.batch);
  if (!committed.ok) return no(refuse('conflict', 'This user name is taken.'));
  return ok({ id: planned.value.id });
}

/** A new user as a batch, for acts that make more than a user at once. `stale` then means that the name is taken. */
export async function planUser(
  { reader, now, newId }: AuthDeps,
  draft: UserDraft,
  actor: AuditActor,
): Promise<Result<{ id: string; batch: Batch }, Refusal>> {
  const checked = checkDraft(draft);
  if (!checked.ok) return checked;
  const { password, ...fields } = checked.value;
  const policy = checkPassword(password, fields.username);
  if (!policy.ok) return no(invalid('/password', policy.error));
  const id = newId();
  const at = now();
  const row = { ...fields, id, passwordHash: await hashPassword(password), createdAt: at.toISOString() };
  return ok({
    id,
    batch: {
      statements: [statement(reader.insert(users).values(row).onConflictDoNothing()), guardOneRow],
      chained: [
        auditRow({
          action: 'user:created',
          outcome: 'success',
          actor,
          at,
          entity: `User/${id}`,
          detail: { role: fields.role, siteId: fields.siteId },
        }),
      ],
    },
  });
}

/** Every session of the user ends: whoever knew the old password is out. */
export async function setPassword(
  deps: AuthDeps,
  username: string,
  password: string,
  actor: AuditActor,
): Promise<Result<{ id: string }, Refusal>> {
  const user = await findUser(deps, username);
  if (!user) return no(refuse('not-found', 'There is no such user.'));
  const policy = checkPassword(password, user.username);
  if (!policy.ok) return no(invalid('/password', policy.error));
  const passwordHash = await hashPassword(password);
  return change(deps, user, { passwordHash }, 'user:password-set', actor);
}

/** The user can no longer sign in, and every session of theirs ends. Nothing that they wrote changes. */
export async function disableUser(
  deps: AuthDeps,
  username: string,
  actor: AuditActor,
): Promise<Result<{ id: string }, Refusal>> {
  const user = await findUser(deps, username);
  if (!user) return no(refuse('not-found', 'There is no such user.'));
  return change(deps, user, { disabledAt: deps.now().toISOString() }, 'user:disabled', actor);
}

export async function enableUser(
  deps: AuthDeps,
  username: string,
  actor: AuditActor,
): Promise<Result<{ id: string }, Refusal>> {
  const user = await findUser(deps, username);
  if (!user) return no(refuse('not-found', 'There is no such user.'));
  return change(deps, user, { disabledAt: null }, 'user:enabled', actor);
}

export async function findUser(
  { reader }: Pick<AuthDeps, 'reader'>,
  username: string,
): Promise<UserRow | null> {
  const wanted = username.trim().toLowerCase();
  const [user] = await reader.select().from(users).where(eq(users.username, wanted));
  return user ?? null;
}

/** Changes a user and ends their sessions, in one batch; `user:changed` tells a running service to close sockets. */
async function change(
  { reader, writer, now }: AuthDeps,
  user: UserRow,
  values: Partial<Pick<UserRow, 'passwordHash' | 'disabledAt'>>,
  action: AuditAction,
  actor: AuditActor,
): Promise<Result<{ id: string }, Refusal>> {
  const at = now();
  const committed = await writer.commit({
    statements: [
      statement(reader.update(users).set(values).where(eq(users.id, user.id))),
      guardOneRow,
      statement(reader.delete(sessions).where(eq(sessions.userId, user.id))),
      outboxRow(reader, at, 'user:changed', { userId: user.id }),
    ],
    chained: [auditRow({ action, outcome: 'success', actor, at, entity: `User/${user.id}` })],
  });
  return committed.ok ? ok({ id: user.id }) : no(refuse('conflict'));
}
