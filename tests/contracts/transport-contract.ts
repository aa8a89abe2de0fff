/**
 * What every Transport promises (shared/display/transport.ts), as one suite: the simulated port, Web Serial and
 * serialport each run it through a harness that plays the device at the other end.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PortSource, Transport } from '../../shared/display/transport.ts';
import { until as lookUntil } from '../support/wait.ts';

/** The device's end of the cable. One per test. */
export interface TransportHarness {
  readonly ports: PortSource;
  /** Bytes from the device to the host. They may arrive in pieces. */
  send(bytes: Uint8Array): Promise<void> | void;
  /** Everything that the host has written so far. */
  received(): Uint8Array;
  /** Pulls the cable. */
  unplug(): Promise<void> | void;
  /** Plugs it in again; undefined where the harness cannot. */
  replug?(): Promise<void> | void;
  /** Lets another program hold the port; undefined where the harness cannot. */
  occupy?(): Promise<void> | void;
  /** Ends the test: stops whatever the harness started. */
  dispose(): Promise<void> | void;
  /** Lets pending work happen, for harnesses on a virtual clock. Called between looks at a condition. */
  tick?(): Promise<void> | void;
}

export interface ContractOptions {
  readonly baudRate?: number;
  /** How long a condition may take to come true, in real ms. */
  readonly patienceMs?: number;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

export function describeTransport(
  name: string,
  makeHarness: () => Promise<TransportHarness> | TransportHarness,
  { baudRate = 115_200, patienceMs = 5_000 }: ContractOptions = {},
): void {
  describe(`the transport contract: ${name}`, () => {
    let harness: TransportHarness;
    let transport: Transport;

    beforeEach(async () => {
      harness = await makeHarness();
      transport = await onlyPort();
    });
    afterEach(async () => {
      await transport.close();
      await harness.dispose();
    });

    /** Looks again and again, letting the harness move between looks. */
    async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
      const look = async (): Promise<boolean> => {
        if (await condition()) return true;
        await harness.tick?.();
        return harness.tick !== undefined && condition();
      };
      await lookUntil(what, look, { timeoutMs: patienceMs, everyMs: harness.tick ? 0 : 5 });
    }

    /** Lets the harness move while a promise is open. */
    async function finish<T>(promise: Promise<T>): Promise<T> {
      let isOver = false;
      const done = (): void => {
        isOver = true;
      };
      promise.then(done, done);
      await until(() => isOver, 'a call to end');
      return promise;
    }

    async function onlyPort(): Promise<Transport> {
      const ports = await harness.ports.list();
      expect(ports).toHaveLength(1);
      return ports[0];
    }

    const open = (): Promise<void> => finish(transport.open({ baudRate }));

    /** Reads until this much text has come. */
    async function readText(length: number): Promise<string> {
      let text = '';
      while (text.length < length) text += textOf(await finish(transport.read()));
      return text;
    }

    const codeOf = (promise: Promise<unknown>): Promise<string> =>
      finish(
        promise.then(
          () => 'none',
          (error: { readonly name?: string; readonly code?: string }) =>
            error.name === 'TransportError'
              ? (error.code ?? 'no code')
              : `not a TransportError: ${error.name ?? typeof error}`,
        ),
      );

    it('carries bytes both ways, whatever their value', async () => {
      await open();
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      await finish(transport.write(all));
      await until(() => harness.received().length >= 256, 'the bytes to arrive');
      expect(harness.received()).toEqual(all);
      await harness.send(all);
      const got: number[] = [];
      while (got.length < 256) got.push(...(await finish(transport.read())));
      expect(Uint8Array.from(got)).toEqual(all);
    });

    it('gives at least one byte per read, and what came while nobody read', async () => {
      await open();
      await harness.send(bytes('early'));
      await harness.tick?.();
      expect(await readText(5)).toBe('early');
    });

    it('writes in order', async () => {
      await open();
      await finish(
        Promise.all([transport.write(bytes('one ')), transport.write(bytes('two ')), transport.write(bytes('three'))]),
      );
      await until(() => harness.received().length >= 13, 'three writes');
      expect(textOf(harness.received())).toBe('one two three');
    });

    it('drops no byte when a read is aborted', async () => {
      await open();
      const giveUp = new AbortController();
      const read = transport.read(giveUp.signal);
      giveUp.abort();
      expect(await codeOf(read)).toBe('aborted');
      await harness.send(bytes('kept'));
      expect(await readText(4)).toBe('kept');
    });

    it('drops no byte when the abort and the bytes meet', async () => {
      await open();
      let text = '';
      for (let round = 0; round < 20; round += 1) {
        const giveUp = new AbortController();
        const read = transport.read(giveUp.signal);
        await harness.send(bytes(`<${round}>`));
        if (round % 2 === 0) giveUp.abort();
        text += await finish(
          read.then(textOf, (error: { readonly code?: string }) => {
            expect(error.code).toBe('aborted');
            return '';
          }),
        );
      }
      const expected = Array.from({ length: 20 }, (_, round) => `<${round}>`).join('');
      while (text.length < expected.length) text += textOf(await finish(transport.read()));
      expect(text).toBe(expected);
    });

    it('refuses a read whose signal has fired already', async () => {
      await open();
      expect(await codeOf(transport.read(AbortSignal.abort()))).toBe('aborted');
    });

    it('closes while a read is pending, and the read ends as aborted', async () => {
      await open();
      const read = codeOf(transport.read());
      await finish(transport.close());
      expect(await read).toBe('aborted');
    });

    it('closes twice, and closes what was never open', async () => {
      await finish(transport.close());
      await open();
      await finish(Promise.all([transport.close(), transport.close()]));
      await finish(transport.close());
    });

    it('opens again after a close, with nothing left over from before', async () => {
      await open();
      const read = codeOf(transport.read());
      await finish(transport.close());
      await read;
      await open();
      await harness.send(bytes('again'));
      expect(await readText(5)).toBe('again');
    });

    it('ends a pending read with lost when the cable is pulled', async () => {
      await open();
      const read = codeOf(transport.read());
      await harness.unplug();
      expect(await read).toBe('lost');
    });

    it('does not take writes for long once the cable is out, and closes without an error', async () => {
      await open();
      await harness.unplug();
      // The driver may take a last write or two before it notices.
      await until(async () => (await codeOf(transport.write(bytes('x')))) === 'lost', 'a write to fail as lost');
      await finish(transport.close());
    });

    it('does not open a port that is gone', async () => {
      await harness.unplug();
      expect(['lost', 'failed']).toContain(await codeOf(transport.open({ baudRate })));
    });

    it('tells its watchers of the unplug, and lists it no more', async () => {
      let changes = 0;
      const unwatch = harness.ports.watch(() => (changes += 1));
      await until(() => changes >= 1, 'the first call, which comes at once');
      const before = changes;
      await harness.unplug();
      await until(() => changes > before, 'the unplug');
      await until(async () => (await harness.ports.list()).length === 0, 'the list to be empty');
      unwatch();
    });

    it('names its port', () => {
      expect(transport.port.key).not.toBe('');
      expect(transport.port.label).not.toBe('');
    });

    it('sets modem lines, or does nothing where there are none', async () => {
      await open();
      await finish(transport.setSignals({ dataTerminalReady: true, requestToSend: true }));
      await finish(transport.setSignals({ requestToSend: true }));
    });

    it('works again after a replug, as a new port', async ({ skip }) => {
      if (!harness.replug) {
        skip('This harness cannot plug a port in again.');
        return;
      }
      await open();
      const read = codeOf(transport.read());
      await harness.unplug();
      expect(await read).toBe('lost');
      await finish(transport.close());
      await until(async () => (await harness.ports.list()).length === 0, 'the list to be empty');
      await harness.replug();
      await until(async () => (await harness.ports.list()).length === 1, 'the port to be back');
      transport = await onlyPort();
      await open();
      await harness.send(bytes('back'));
      expect(await readText(4)).toBe('back');
    });

    it('says busy while another program holds the port', async ({ skip }) => {
      if (!harness.occupy) {
        skip('This harness cannot hold the port from outside.');
        return;
      }
      await harness.occupy();
      expect(await codeOf(transport.open({ baudRate }))).toBe('busy');
    });
  });
}
