/**
 * One pseudo terminal, held by the small C program beside this file. Its slave is what a browser opens as a serial
 * port.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ptyBridge } from './compile.ts';

export interface PtyEvents {
  /** Bytes that the host wrote, in order with `onOpen` and `onBaud`. */
  onBytes(bytes: Uint8Array): void;
  onOpen(): void;
  onClose(): void;
  onBaud(baudRate: number): void;
}

export interface Pty {
  /** Path of the slave, e.g. `/dev/pts/7`. */
  readonly path: string;
  /** Towards the host. Thrown away while nobody has the port open. */
  write(bytes: Uint8Array): void;
  /** Closes the master: the host's reads and writes fail from now on. */
  close(): Promise<void>;
}

export async function openPty(events: PtyEvents): Promise<Pty> {
  const child = spawn(ptyBridge(), [], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  const control = child.stdio[3] as Readable;
  const [stdin, stdout] = [child.stdin, child.stdout];
  if (!stdin || !stdout) throw new Error('The pty helper has no pipes.');

  // Two pipes lose their order against each other; `<N` in the control pipe says how many bytes come before the next
  // event.
  const waiting: string[] = [];
  let arrived = Buffer.alloc(0);
  let slave: (path: string) => void = () => undefined;
  const handOn = (): void => {
    for (let line = waiting[0]; line !== undefined; line = waiting[0]) {
      if (line.startsWith('<')) {
        const length = Number(line.slice(1));
        if (arrived.length < length) return;
        events.onBytes(Uint8Array.from(arrived.subarray(0, length)));
        arrived = arrived.subarray(length);
      } else if (line === 'open') events.onOpen();
      else if (line === 'close') events.onClose();
      else if (line.startsWith('baud ')) events.onBaud(Number(line.slice(5)));
      else if (line.startsWith('slave ')) slave(line.slice(6));
      waiting.shift();
    }
  };
  stdout.on('data', (bytes: Buffer) => {
    arrived = Buffer.concat([arrived, bytes]);
    handOn();
  });
  let rest = '';
  control.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    waiting.push(...lines);
    handOn();
  });
  stdin.on('error', () => undefined);

  const ended = once(child, 'exit');
  const path = await Promise.race([
    new Promise<string>((resolve) => (slave = resolve)),
    ended.then(([code]) => Promise.reject(new Error(`The pty helper ended with code ${String(code)}.`))),
  ]);
  return {
    path,
    write: (bytes) => void stdin.write(bytes),
    close: async () => {
      stdin.end();
      await ended;
    },
  };
}
