/**
 * One keep-alive connection that makes one call at a time, written on a bare socket: thousands of them must cost the
 * bench less than they cost the relay, because both share a machine. Knows as much HTTP as the relay answers with.
 */
import { connect, type Socket } from 'node:net';
import type { Answer } from './processes.ts';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

export class Wire {
  readonly #key: string;
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;
  #got: Buffer | undefined;

  constructor(base: string, key: string) {
    this.#key = key;

    const { hostname, port } = new URL(base);
    this.#host = hostname;
    this.#port = Number(port);
  }

  get = (path: string): Promise<Answer> => this.#call('GET', path);
  post = (path: string, body: unknown): Promise<Answer> => this.#call('POST', path, JSON.stringify(body));

  /** Rejects when the connection breaks; the next call makes a new one. */
  #call(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
    if (this.#waiting) throw new Error('One call at a time.');
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nAuthorization: Bearer ${this.#key}\r\n`;
    const kind =
      body === undefined
        ? '\r\n'
        : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#open();
      this.#socket.write(head + kind);
    });
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    socket.on('data', (part) => this.#take(part));
    const broke = (error: Error): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#got = undefined;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.reject(error);
    };
    socket.on('error', broke);
    socket.on('close', () => broke(new Error('The relay closed the connection before it answered.')));
    return socket;
  }

  #take(part: Buffer): void {
    const got = this.#got ? Buffer.concat([this.#got, part]) : part;
    const body = bodyOf(got);
    if (!body) {
      this.#got = got;
      return;
    }
    this.#got = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(got.toString('latin1', 9, 12)), body: JSON.parse(body) as Answer['body'] });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** As many connections as there are calls at once; each is used again. */
export class WirePool {
  readonly #base: string;
  readonly #key: string;
  readonly #all: Wire[] = [];
  readonly #free: Wire[] = [];

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  async post(path: string, body: unknown): Promise<Answer> {
    const wire = this.#free.shift() ?? this.#open();
    try {
      return await wire.post(path, body);
    } finally {
      this.#free.push(wire);
    }
  }

  #open(): Wire {
    const wire = new Wire(this.#base, this.#key);
    this.#all.push(wire);
    return wire;
  }

  close(): void {
    for (const wire of this.#all) wire.close();
  }
}

/** Undefined while more is to come. */
function bodyOf(got: Buffer): string | undefined {
  const headEnd = got.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const start = headEnd + HEAD_END.length;
  const length = /content-length: (\d+)/i.exec(got.toString('latin1', 0, headEnd))?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    return got.length < end ? undefined : got.toString('utf8', start, end);
  }
  if (got.toString('latin1', got.length - LAST_CHUNK.length) !== LAST_CHUNK) return undefined;
  return unchunked(got.subarray(start));
}

function unchunked(chunks: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = chunks.indexOf('\r\n', at);
    const size = Number.parseInt(chunks.toString('latin1', at, lineEnd), 16);
    if (size === 0) return Buffer.concat(parts).toString();
    parts.push(chunks.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
