import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Random } from './random.ts';

/** What can befall the links through the proxy. */
export const linkFaults = ['drop', 'reset', 'truncate', 'half-open', 'deaf', 'mute'] as const;
export type LinkFault = (typeof linkFaults)[number];

/** How a link carries what it is given. */
interface Weather {
  /** Each piece waits at least and at most so long, ms; the order stays. */
  delayMs: readonly [number, number];
  bytesPerSecond: number;
}

const fair: Weather = { delayMs: [0, 0], bytesPerSecond: Infinity };

/** One way of one link: pieces leave in the order in which they came, each in its time. */
class Way {
  /** Swallows what it is given, as a path does whose other end nobody hears of any more. */
  isSilent = false;
  /** Ends the link after so many more bytes, in the middle of whatever they are. */
  bytesLeft = Infinity;
  #freeAt = 0;
  readonly #waiting: { chunk: Buffer; at: number }[] = [];
  #next: NodeJS.Timeout | null = null;

  constructor(
    private readonly to: Socket,
    private readonly weather: () => Weather,
    private readonly random: Random,
    private readonly cut: () => void,
  ) {}

  carry(chunk: Buffer): void {
    const { delayMs, bytesPerSecond } = this.weather();
    const due = performance.now() + delayMs[0] + this.random.next() * (delayMs[1] - delayMs[0]);
    this.#freeAt = Math.max(this.#freeAt, due) + (chunk.byteLength / bytesPerSecond) * 1000;
    this.#waiting.push({ chunk, at: this.#freeAt });
    if (this.#next === null) this.#deliverDue();
  }

  /** One timer for all: of several, a later one may go off first. */
  #deliverDue(): void {
    this.#next = null;
    while (this.#waiting.length > 0) {
      const { chunk, at } = this.#waiting[0]!;
      const waitMs = at - performance.now();
      if (waitMs > 0) {
        this.#next = setTimeout(() => this.#deliverDue(), waitMs);
        return;
      }
      this.#waiting.shift();
      this.#deliver(chunk);
    }
  }

  #deliver(chunk: Buffer): void {
    if (this.isSilent || this.to.destroyed) return;
    this.to.write(chunk.subarray(0, Math.min(chunk.byteLength, this.bytesLeft)));
    this.bytesLeft -= chunk.byteLength;
    if (this.bytesLeft <= 0) this.cut();
  }
}

interface Link {
  sockets: [Socket, Socket];
  up: Way;
  down: Way;
}

/** A TCP path between clients and a service that fails as the test says, with the seed's own luck. */
export class ChaosProxy {
  readonly #links = new Set<Link>();
  readonly #server: Server;
  #weather = fair;

  private constructor(
    private readonly target: () => number,
    private readonly random: Random,
  ) {
    this.#server = createServer((client) => this.#accept(client));
  }

  /** @param target port of the service; it may be away for a while */
  static async start(target: () => number, random: Random): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(target, random);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get links(): number {
    return this.#links.size;
  }

  /** From now on, on all links. */
  set weather(weather: Partial<Weather>) {
    this.#weather = { ...fair, ...weather };
  }

  /** Strikes one link, whichever the seed picks; gives whether there was one. */
  strike(fault: LinkFault): boolean {
    if (this.#links.size === 0) return false;
    const link = this.random.pick([...this.#links]);
    switch (fault) {
      case 'drop':
        this.#end(link, (socket) => socket.destroy());
        break;
      case 'reset':
        this.#end(link, (socket) => socket.resetAndDestroy());
        break;
      case 'truncate':
        this.random.pick([link.up, link.down]).bytesLeft = this.random.between(1, 40);
        break;
      case 'half-open':
        link.up.isSilent = link.down.isSilent = true;
        break;
      case 'deaf':
        link.down.isSilent = true;
        break;
      case 'mute':
        link.up.isSilent = true;
        break;
    }
    return true;
  }

  /** Resets the links that have gone silent, as whatever stands between does sooner or later; the weather is fair. */
  heal(): void {
    this.#weather = fair;
    for (const link of this.#links)
      if (link.up.isSilent || link.down.isSilent) this.#end(link, (socket) => socket.resetAndDestroy());
  }

  async close(): Promise<void> {
    for (const link of this.#links) this.#end(link, (socket) => socket.destroy());
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const service = connect(this.target(), '127.0.0.1');
    const cut = (): void => this.#end(link, (socket) => socket.destroy());
    const weather = (): Weather => this.#weather;
    const link: Link = {
      sockets: [client, service],
      up: new Way(service, weather, this.random, cut),
      down: new Way(client, weather, this.random, cut),
    };
    this.#links.add(link);
    client.on('data', (chunk) => link.up.carry(chunk));
    service.on('data', (chunk) => link.down.carry(chunk));
    for (const [socket, way] of [
      [client, link.down],
      [service, link.up],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      // Nobody hears of the end of a link that has gone silent; what else is under way arrives first.
      socket.on('close', () => {
        if (!way.isSilent) setTimeout(cut, this.#weather.delayMs[1]);
      });
    }
  }

  #end(link: Link, how: (socket: Socket) => void): void {
    this.#links.delete(link);
    for (const socket of link.sockets) if (!socket.destroyed) how(socket);
  }
}
