/**
 * The fault matrix of the kiosk's session, unchanged, on the tray's transport: serialport, a real driver and a real
 * clock.
 */
import { appendFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SerialPort } from 'serialport';
import { describe, it } from 'vitest';
import { realClock } from '../../../shared/util/clock.ts';
import type { SimulatedDisplay } from '../../../shared/simulator/simulated-display.ts';
import type { PortSource, SignalLines, Transport } from '../../../shared/display/transport.ts';
import { namedPortLister } from '../../../tray/serial/port-list.ts';
import { createSerialPorts } from '../../../tray/serial/serial-ports.ts';
import { describeFaultMatrix, type MatrixBench } from '../../contracts/fault-matrix.ts';
import type { Board } from '../../contracts/fault-rows.ts';
import { CH340, PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { because, noPty } from '../../support/requirements.ts';
import { until } from '../../support/wait.ts';

const NAME = 'ttyUSB0';

/**
 * A driver that swallows a write: the library hands the bytes on and never hears that they are gone. By the port's
 * path.
 */
const displays = new Map<string, SimulatedDisplay>();
const write = SerialPort.prototype.write;
SerialPort.prototype.write = function (this: SerialPort, ...args: readonly unknown[]): boolean {
  if (displays.get(this.path)?.takePortFault('stuck_write')) return true;
  return Reflect.apply(write, this, args) as boolean;
};

/**
 * A pseudo terminal has no modem lines; this says to the board what the driver was told, as the lines of a bridge
 * would.
 */
function withModemLines(ports: PortSource, folder: PortsFolder): PortSource {
  const wrapped = new WeakMap<Transport, Transport>();
  const wrap = (inner: Transport): Transport => {
    let lines = { dtr: true, rts: true };
    const outer: Transport = {
      port: inner.port,
      open: (options) => inner.open(options),
      read: (signal) => inner.read(signal),
      write: (bytes) => inner.write(bytes),
      close: () => inner.close(),
      async setSignals(told: SignalLines) {
        await inner.setSignals(told);
        lines = { dtr: told.dataTerminalReady ?? lines.dtr, rts: told.requestToSend ?? lines.rts };
        const pts = basename(readlinkSync(folder.nodeOf(NAME)));
        appendFileSync(join(folder.path, '.signals'), `${pts} ${Number(lines.dtr)} ${Number(lines.rts)}\n`);
      },
    };
    return outer;
  };
  return {
    watch: (onChange) => ports.watch(onChange),
    list: async () =>
      (await ports.list()).map((inner) => {
        const outer = wrapped.get(inner) ?? wrap(inner);
        wrapped.set(inner, outer);
        return outer;
      }),
  };
}

async function makeBench(board: Board): Promise<MatrixBench> {
  const folder = new PortsFolder();
  const pty = new PtyDisplay(folder, { ...board, name: NAME });
  await pty.plug();
  const node = folder.nodeOf(NAME);
  const ports = createSerialPorts({
    lister: namedPortLister({ path: node, usbVendorId: CH340.vendorId, usbProductId: CH340.productId }),
  });
  displays.set(node, pty.display);
  let isBusy = false;
  let other: SerialPort | undefined;

  /** Another program that is quicker than we are. */
  const hold = async (): Promise<void> => {
    const holder = new SerialPort({ path: node, baudRate: 9600, autoOpen: false });
    other = holder;
    await new Promise<void>((resolve, reject) => holder.open((error) => (error ? reject(error) : resolve())));
  };
  const letGo = async (): Promise<void> => {
    const holder = other;
    other = undefined;
    if (holder?.isOpen) await new Promise<void>((resolve) => holder.close(() => resolve()));
  };
  return {
    clock: realClock,
    display: pty.display,
    ports: withModemLines(ports, folder),
    async plug() {
      await pty.plug();
      if (isBusy) await hold();
    },
    unplug: () => pty.unplug(),
    async setBusy(busy) {
      isBusy = busy;
      if (!busy) await letGo();
    },
    until: async (what, condition, limitMs) => void (await until(what, condition, { timeoutMs: limitMs, everyMs: 10 })),
    async dispose() {
      await letGo();
      displays.delete(node);
      await pty.remove();
      folder.remove();
    },
  };
}

const why = noPty();
if (why === undefined)
  describeFaultMatrix('serialport on a pseudo terminal', {
    makeBench,
    slackMs: 10_000,
    concurrent: true,
  });
else
  describe.skip(`the fault matrix: serialport on a pseudo terminal${because(why)}`, () => it('runs', () => undefined));
