/** The tray's transport on a pseudo terminal, whose other end the rig's small C program holds. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { describe, it } from 'vitest';
import { namedPortLister } from '../../tray/serial/port-list.ts';
import { createSerialPorts } from '../../tray/serial/serial-ports.ts';
import { openPty, type Pty } from '../support/simulator/pty.ts';
import { because, noPty } from '../support/requirements.ts';
import { describeTransport, type TransportHarness } from './transport-contract.ts';
import { removeFolder } from '../support/remove-folder.ts';

async function makeHarness(): Promise<TransportHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-tty-'));
  const node = join(folder, 'ttyUSB0');
  let heard: Uint8Array[] = [];
  let pty: Pty | undefined;
  let other: SerialPort | undefined;

  async function plug(): Promise<void> {
    heard = [];
    pty = await openPty({
      onBytes: (bytes) => heard.push(bytes),
      onOpen: () => undefined,
      onClose: () => undefined,
      onBaud: () => undefined,
    });
    symlinkSync(pty.path, node);
  }
  async function unplug(): Promise<void> {
    const before = pty;
    pty = undefined;
    rmSync(node, { force: true });
    await before?.close();
  }

  await plug();
  return {
    ports: createSerialPorts({ lister: namedPortLister({ path: node }) }),
    send: (bytes) => pty?.write(bytes),
    received: () => Uint8Array.from(Buffer.concat(heard)),
    unplug,
    replug: plug,
    occupy: async () => {
      const holder = new SerialPort({ path: node, baudRate: 9600, autoOpen: false });
      other = holder;
      await new Promise<void>((resolve, reject) => holder.open((error) => (error ? reject(error) : resolve())));
    },
    dispose: async () => {
      const holder = other;
      if (holder?.isOpen) await new Promise<void>((resolve) => holder.close(() => resolve()));
      await unplug();
      removeFolder(folder);
    },
  };
}

const why = noPty();
if (why === undefined) describeTransport('serialport on a pseudo terminal', makeHarness);
else
  describe.skip(`the transport contract: serialport on a pseudo terminal${because(why)}`, () =>
    it('runs', () => undefined));
