import * as decoding from 'lib0/decoding';
import { WebSocket as NodeSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

/** What the service says beyond the stock protocol, in the order in which it arrived. */
export interface Heard {
  persisted: { seq: number; stateVector: Uint8Array; settled: number }[];
  rejected: unknown[];
  sealed: unknown[];
  rescued: unknown[];
  document: { epoch: number; schema: number; access: 'write' | 'read'; reason?: string }[];
}

/** A stock y-websocket client in this process, with what it has heard. */
export interface Peer {
  doc: Y.Doc;
  provider: WebsocketProvider;
  heard: Heard;
  /** Close codes of its sockets, oldest first. */
  closes: number[];
  close(): void;
}

export interface PeerOptions {
  url: string;
  room: string;
  /** A `Cookie` header from `signIn`; leave it out to come with a ticket in `params`, or as nobody. */
  cookie?: string;
  params?: Record<string, string>;
  /** Ask for `persisted`, `rejected` and the others. */
  ext?: boolean;
  doc?: Y.Doc;
  connect?: boolean;
}

const withCookie = (cookie: string | undefined): typeof WebSocket =>
  class extends NodeSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, cookie === undefined ? {} : { headers: { cookie } });
    }
  } as unknown as typeof WebSocket;

export function openPeer({ url, room, cookie, params = {}, ext = false, ...rest }: PeerOptions): Peer {
  const doc = rest.doc ?? new Y.Doc();
  const provider = new WebsocketProvider(`${url.replace(/^http/, 'ws')}/collab`, room, doc, {
    WebSocketPolyfill: withCookie(cookie),
    params: { ...params, ...(ext ? { ext: '1' } : {}) },
    connect: rest.connect ?? true,
    // Peers of one process would otherwise hand each other their edits past the service.
    disableBc: true,
  });
  const closes: number[] = [];
  provider.on('connection-close', (event) => {
    if (event) closes.push(event.code);
  });
  const heard: Heard = { persisted: [], rejected: [], sealed: [], rescued: [], document: [] };
  listen(provider, heard);
  return { doc, provider, heard, closes, close: () => provider.destroy() };
}

function listen(provider: WebsocketProvider, heard: Heard): void {
  const json = <T>(decoder: decoding.Decoder): T => JSON.parse(decoding.readVarString(decoder)) as T;
  provider.messageHandlers[100] = (_encoder, decoder) => {
    const seq = decoding.readVarUint(decoder);
    const stateVector = decoding.readVarUint8Array(decoder);
    heard.persisted.push({ seq, stateVector, settled: decoding.readVarUint(decoder) });
  };
  provider.messageHandlers[101] = (_encoder, decoder) => heard.rejected.push(json(decoder));
  provider.messageHandlers[102] = (_encoder, decoder) => heard.sealed.push(json(decoder));
  provider.messageHandlers[103] = (_encoder, decoder) => heard.rescued.push(json(decoder));
  provider.messageHandlers[104] = (_encoder, decoder) => heard.document.push(json(decoder));
}
