import type { Socket } from 'socket.io';
import {
  requests,
  type Answer,
  type ClientToServer,
  type RequestName,
  type RequestOf,
  type ServerToClient,
} from '../../shared/wire/events.ts';
import type { RefusalCode } from '../../shared/wire/refusals.ts';
import { no, type Result } from '../../shared/wire/result.ts';
import type { SignedIn } from '../auth/signedIn.ts';

export interface SocketData {
  signedIn: SignedIn;
}

export type RealtimeSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

type Act<R extends RequestName> = (
  payload: RequestOf<R>,
  signedIn: SignedIn,
  socket: RealtimeSocket,
) => Promise<Result<null, RefusalCode>>;

export type Acts = { [R in RequestName]: Act<R> };

/** Parses each request, calls its act, answers. A bug is caught here, and answered without a word about it. */
export function listen(socket: RealtimeSocket, acts: Acts, onBug: (error: unknown) => void): void {
  const answerTo = async <R extends RequestName>(name: R, payload: unknown): Promise<Answer> => {
    const parsed = requests[name].safeParse(payload);
    if (!parsed.success) return { ok: false, code: 'invalid' };
    try {
      const result = await (acts[name] as Act<R>)(parsed.data as RequestOf<R>, socket.data.signedIn, socket);
      return result.ok ? { ok: true } : { ok: false, code: result.error };
    } catch (error) {
      onBug(error);
      return { ok: false, code: no('internal' as const).error };
    }
  };
  for (const name of Object.keys(requests) as RequestName[]) {
    socket.on(name, (payload: unknown, answer: unknown) => {
      void answerTo(name, payload).then((result) => {
        if (typeof answer === 'function') (answer as (answer: Answer) => void)(result);
      });
    });
  }
}
