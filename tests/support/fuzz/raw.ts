/** Bytes on a bare connection that are hardly HTTP. */
import { connect } from 'node:net';
import type { Dice } from './dice.ts';
import type { Keys } from './requests.ts';

export function rawBytes(dice: Dice, keys: Keys): Buffer {
  const line = dice.pick([
    'GET /api/device/poll HTTP/1.1',
    'POST /api/device/qr HTTP/1.1',
    'GET / HTTP/1.0',
    'PRI * HTTP/2.0',
    'X',
  ]);
  const host = 'Host: localhost\r\n';
  const key = `Authorization: Bearer ${keys.app}\r\n`;
  const json = 'Content-Type: application/json\r\n';
  switch (dice.int(9)) {
    case 0:
      return dice.bytes(2_000);
    case 1:
      return Buffer.concat([Buffer.from(`${line}\r\n`), dice.bytes(500), Buffer.from('\r\n\r\n')]);
    case 2:
      return Buffer.from(
        `${line}\r\n${host}${`X-${'a'.repeat(100)}: ${'b'.repeat(1_000)}\r\n`.repeat(dice.int(40))}\r\n`,
      );
    case 3:
      return Buffer.from(
        `${line}\r\n${host}${key}${json}Transfer-Encoding: chunked\r\n\r\n${dice.pick(['zz', 'ffffffffff', '-1', '5'])}\r\n{"a":`,
      );
    case 4:
      return Buffer.from(
        `${line}\r\n${host}${key}${json}Content-Length: ${dice.pick(['-1', '9e9', '5, 6', '3'])}\r\n\r\n{}`,
      );
    case 5:
      return Buffer.from(
        `POST /api/device/qr HTTP/1.1\r\n${host}${key}${json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/device/list HTTP/1.1\r\n\r\n`,
      );
    case 6:
      return Buffer.from(
        `GET ${dice.pick(['*', '//', 'http://[', '/%', `/${'a'.repeat(20_000)}`, '/api/device/%00', '/..%2f..%2fetc/passwd'])} HTTP/1.1\r\n${host}\r\n`,
      );
    case 7:
      return Buffer.from(`GET /api/device/health HTTP/1.1\r\n${host}\r\n`.repeat(1 + dice.int(20)));
    default:
      return Buffer.from(
        `${line}\r\n${dice.pick(['Host: a\r\nHost: b\r\n', 'Host:\r\n', ' Host: x\r\n', 'Upgrade: websocket\r\nConnection: Upgrade\r\n'])}\r\n`,
      );
  }
}

/** Sends bytes and hangs up; answers the status lines that came back. */
export function sendRaw(port: number, bytes: Buffer): Promise<string[]> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(250, () => socket.destroy());
    socket.on('data', (part) => (got += part.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve([...got.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status)));
  });
}
