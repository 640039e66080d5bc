import { clone, peekVarUint, readVarUint, readVarUint8Array, type Decoder } from 'lib0/decoding';
import type { WebsocketProvider } from 'y-websocket';
import type { z } from 'zod';
import {
  documentFacts,
  messageNumbers,
  readJson,
  readPersisted,
  rejected,
  rescued,
  sealed,
  type DocumentFacts,
  type Persisted,
} from './extensionMessages.ts';

/** What the service says of a document, one of these for each kind of message. */
export interface Listener {
  /** It asks for what it lacks, and says what it has. */
  has(stateVector: Uint8Array): void;
  changed(update: Uint8Array): void;
  persisted(said: Persisted): void;
  rejected(said: z.infer<typeof rejected>): void;
  sealed(said: z.infer<typeof sealed>): void;
  rescued(said: z.infer<typeof rescued>): void;
  document(said: DocumentFacts): void;
}

/** The stock provider applies each change at once and knows nothing of the service's own messages: from now on this does. */
export function hear({ messageHandlers: handlers }: WebsocketProvider, listener: Listener): void {
  const stockSync = handlers[0]!;
  handlers[0] = (encoder, decoder, provider, emitSynced, type) => {
    const step = peekVarUint(decoder);
    if (step === 0) {
      const asked = clone(decoder);
      readVarUint(asked);
      listener.has(readVarUint8Array(asked));
    }
    if (step === 2) {
      readVarUint(decoder);
      listener.changed(readVarUint8Array(decoder).slice());
      return;
    }
    stockSync(encoder, decoder, provider, emitSynced, type);
  };
  const on = (number: number, read: (decoder: Decoder) => void): void => {
    handlers[number] = (_encoder, decoder) => read(decoder);
  };
  on(messageNumbers.persisted, (decoder) => listener.persisted(readPersisted(decoder)));
  on(messageNumbers.rejected, (decoder) => listener.rejected(readJson(decoder, rejected)));
  on(messageNumbers.sealed, (decoder) => listener.sealed(readJson(decoder, sealed)));
  on(messageNumbers.rescued, (decoder) => listener.rescued(readJson(decoder, rescued)));
  on(messageNumbers.document, (decoder) => listener.document(readJson(decoder, documentFacts)));
}
