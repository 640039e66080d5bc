import * as encoding from 'lib0/encoding';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import { messageAwareness, type WebsocketProvider } from 'y-websocket';

/**
 * Sends my own moves and nothing else. The stock provider sends back each state that it has received, its own as the
 * server has named it too: in a room of n that is n times the traffic, and an echo of an echo without end.
 */
export function speakOnlyForMyself(provider: WebsocketProvider): void {
  const { awareness } = provider;
  // oxlint-disable-next-line no-underscore-dangle -- the only handle on the listener that the provider installs
  awareness.off('update', provider._awarenessUpdateHandler);
  const tell = (_changes: unknown, origin: unknown): void => {
    const { ws } = provider;
    if (origin === provider || ws?.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, messageAwareness);
    encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]));
    ws.send(encoding.toUint8Array(encoder));
  };
  awareness.on('update', tell);
}
