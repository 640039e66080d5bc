import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Logger } from 'pino';
import { closeReasons } from '../../shared/wire/closeReasons.ts';
import { readFrame, rejectedFrame, type Frame } from './frames.ts';
import type { LiveDocument } from './liveDocument.ts';
import type { Peer } from './peer.ts';
import { Quarantine } from './quarantine.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { TokenBucket } from './tokenBucket.ts';
import { sharedFrames } from './webSocketFrame.ts';

/** Past this many bytes waiting to be sent, a reader gets no more until it has read most of them. */
const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 128 * 1024;
/** Past this many, or after this long, it is let go; it comes back by itself. */
const maxBufferedBytes = 8 * 1024 * 1024;
const maxLagMs = 30_000;

const nothing = new Uint8Array(0);

export interface ConnectionDeps {
  logger: Logger;
  quarantine: Quarantine;
  /** The person did something: their session goes on. */
  touched(): void;
  /** An update was refused, and is kept. */
  onRefused(reason: RefusalReason): void;
}

/** Joins one socket to one document: unwraps frames, keeps the pace, says no. It decides nothing about content. */
export function connect(
  socket: WebSocket,
  /** What `socket` writes to. Nothing is compressed, so it never holds a frame back that ours could overtake. */
  wire: Duplex,
  document: LiveDocument,
  who: Pick<Peer, 'user' | 'deviceId' | 'extended' | 'settlement' | 'access'>,
  { logger, quarantine, touched, onRefused }: ConnectionDeps,
): Peer {
  const bucket = new TokenBucket(performance.now());
  let refusedBefore = false;
  let laggingSince: number | null = null;
  let isQuiet = true;

  /** The newest state vector that waits for its answer. */
  let asked: Uint8Array | null = null;
  let answering = false;

  const caughtUp = (): void => {
    if (laggingSince === null || wire.writableLength > lowWaterBytes) return;
    laggingSince = null;
    document.catchUp(peer).catch((error: unknown) => {
      logger.error({ err: error }, 'a reader could not be caught up');
      peer.close('fault');
    });
  };

  /** One answer after the other, and none to a reader who has not read the one before: each may be all there is. */
  const answer = async (): Promise<void> => {
    if (answering) return;
    answering = true;
    try {
      while (asked !== null && socket.readyState === socket.OPEN) {
        const stateVector = asked;
        asked = null;
        await document.sendMissing(peer, stateVector);
        if (wire.writableLength > lowWaterBytes) await new Promise((resolve) => wire.write(nothing, resolve));
      }
    } catch (error) {
      logger.warn({ err: error }, 'a state vector could not be answered');
      peer.close('refused');
    } finally {
      answering = false;
    }
  };

  const peer: Peer = {
    ...who,
    knownAtOpening: null,
    send(...frames) {
      if (socket.readyState !== socket.OPEN) return;
      isQuiet = false;
      const waiting = wire.writableLength;
      if (waiting > highWaterBytes) laggingSince ??= performance.now();
      const tooLong = laggingSince !== null && performance.now() - laggingSince > maxLagMs;
      if (tooLong || waiting > maxBufferedBytes) return socket.terminate();
      wire.write(sharedFrames(frames), laggingSince === null ? undefined : caughtUp);
    },
    greet(frame) {
      if (isQuiet) peer.send(frame);
      else isQuiet = true;
    },
    isLagging: () => laggingSince !== null,
    close(reason) {
      const { code, words } = closeReasons[reason];
      socket.close(code, words);
    },
    refused(update, reason) {
      void refuse(update, reason).catch((error: unknown) => {
        logger.error({ err: error }, 'a refused update could not be kept');
        peer.close('fault');
      });
    },
  };

  const refuse = async (update: Uint8Array, reason: RefusalReason): Promise<void> => {
    const first = !refusedBefore;
    refusedBefore = true;
    onRefused(reason);
    // Nothing that an honest client does: somebody tries to show one text here and another there.
    if (reason === 'equivocation')
      logger.error({ room: document.room, quarantineId: quarantine.id }, 'two updates contradict each other');
    if (!quarantine.mayKeep(update)) {
      logger.warn({ room: document.room, quarantineId: quarantine.id }, 'more is refused than is kept');
      return peer.close('tooLarge');
    }
    await quarantine.keep(update, reason);
    if (!first) return;
    if (peer.extended) peer.send(rejectedFrame(reason, quarantine.id));
    else if (document.accessOf(peer).mode === 'write') peer.close('refused');
  };

  const take = (frame: Frame): void => {
    switch (frame.kind) {
      case 'step1':
        asked = frame.stateVector;
        return void answer();
      case 'step2':
      case 'update':
        if (document.accessOf(peer).mode === 'write') touched();
        // After one refusal the client's document is not the server's: what follows is kept with it, unread.
        if (refusedBefore && peer.access.mode === 'write')
          return peer.refused(frame.update, 'follows-refused');
        return document.receive(peer, frame.kind, frame.update);
      case 'awareness':
        return document.receiveAwareness(peer, frame.payload);
      case 'query-awareness':
        return document.sendEverybody(peer);
      case 'unknown':
        return;
    }
  };

  const deal = (data: Buffer): void => {
    if (document.isDead) return;
    const startedAt = performance.now();
    try {
      take(readFrame(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    } catch (error) {
      logger.warn({ err: error, room: document.room }, 'a frame could not be read');
      peer.refused(data, 'malformed');
    }
    bucket.charge(performance.now() - startedAt);
  };

  let resumes: NodeJS.Timeout | undefined;
  /** Every frame counts, of whatever kind. What had been read already still comes while the socket is paused. */
  const isTooFast = (): boolean => {
    const pace = bucket.take(performance.now());
    if (pace.pace === 'too-fast') peer.close('tooFast');
    if (pace.pace === 'wait') {
      clearTimeout(resumes);
      socket.pause();
      resumes = setTimeout(() => socket.resume(), pace.ms).unref();
    }
    return pace.pace === 'too-fast';
  };

  socket.on('ping', (data: Buffer) => {
    // Answers to one who does not read them would wait here for ever.
    if (!isTooFast() && wire.writableLength < highWaterBytes) socket.pong(data);
  });
  socket.on('pong', isTooFast);

  socket.on('message', (data: Buffer, isBinary) => {
    if (!isTooFast() && isBinary) document.inbox.add(() => deal(data));
  });

  document.join(peer);
  return peer;
}
