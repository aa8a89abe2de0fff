import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  makeStationRig,
  MapMemory,
  PlainPictures,
  seeded,
  type StationRig,
  type StationRigOptions,
} from '../../tests/support/station/station-rig.ts';
import { FakeRelay } from '../../tests/support/station/fake-relay.ts';
import { Station } from './station.ts';
import { ForeignDisplay } from '../../tests/support/simulator/foreign-display.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { createSimulatedPort } from '../simulator/simulated-port.ts';
import { SimulatedDisplay } from '../simulator/simulated-display.ts';
import type { PortIdentity, PortSource, SignalLines, Transport } from '../display/transport.ts';
import { DisplayReport } from '../display/display-report.ts';
import type { FirmwareVariant } from '../simulator/firmware-variant.ts';
import { DisplayCheck } from '../wire/display-check.ts';
import type { CheckProgress } from './station-types.ts';

async function started(variant: Partial<FirmwareVariant> = {}, options: StationRigOptions = {}): Promise<StationRig> {
  const rig = makeStationRig({ ...options, display: { variant, ...options.display } });
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  await rig.clock.advance(5_000);
  return rig;
}

/** As a driver under Windows is. */
class SlowToClose implements Transport {
  readonly #inner: Transport;
  readonly #clock: ManualClock;

  constructor(inner: Transport, clock: ManualClock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  get port(): PortIdentity {
    return this.#inner.port;
  }

  open = (options: { readonly baudRate: number }): Promise<void> => this.#inner.open(options);
  read = (signal?: AbortSignal): Promise<Uint8Array> => this.#inner.read(signal);
  write = (bytes: Uint8Array): Promise<void> => this.#inner.write(bytes);
  setSignals = (lines: SignalLines): Promise<void> => this.#inner.setSignals(lines);

  async close(): Promise<void> {
    await this.#inner.close();
    await this.#clock.sleep(300);
  }
}

const progressOf = ({ events }: StationRig): CheckProgress[] =>
  events.flatMap((event) => (event.kind === 'check' ? [event.progress] : []));
const isAsked = (rig: StationRig): boolean => progressOf(rig).some(({ stage }) => stage === 'scan');

/** With a person who scans the code, or cannot, or is not there. */
async function checked(rig: StationRig, person: 'yes' | 'no' | 'away'): Promise<DisplayCheck> {
  const check = rig.station.checkDisplay();
  if (person !== 'away') {
    await rig.clock.until(() => isAsked(rig), 60_000);
    rig.station.answerCheck(person);
  }
  return rig.clock.run(check);
}

describe('a check of a display', () => {
  it('that draws codes by itself finds that, and advises it once a person has scanned one', async () => {
    const rig = await started({ fileinfo: true, deletes: 'images', nativeDeafMs: 1_200 });
    const from = rig.clock.now();
    const check = await checked(rig, 'yes');
    expect(v.parse(DisplayCheck, check)).toEqual(check);
    expect(check).toMatchObject({
      baud: 9_600,
      model: 'ESP32 Chip model = 9, Rev 0',
      says_exit: 'yes',
      fileinfo: 'yes',
      deletes: 'images',
      own_code: 'words',
      scanned: 'yes',
      advice: 'native',
    });
    expect(check.deaf_ms).toBeGreaterThanOrEqual(1_000);
    expect(check.picture_ms).toBeGreaterThan(5 * (check.own_code_ms ?? Infinity));
    expect(rig.clock.now() - from).toBeLessThan(120_000);
    expect(progressOf(rig).map((progress) => ('step' in progress ? progress.step : progress.stage))).toEqual([
      'speed',
      'rotation',
      'picture',
      'delete',
      'own_code',
      'scan',
      'done',
    ]);
  });

  it.each([
    ['whose code nobody can scan', {}, 'no', { own_code: 'words', scanned: 'no', advice: 'picture' }],
    ['with nobody beside it', {}, 'away', { own_code: 'words', scanned: 'not_asked', advice: 'scan_first' }],
    ['that says nothing of its screens', { nativeScreens: 'silent' }, 'yes', { own_code: 'asked', advice: 'native' }],
    ['that draws no codes', { nativeScreens: 'unknown' }, 'away', { own_code: 'no', advice: 'picture' }],
    ['that hangs on such a word', { nativeScreens: 'hangs' }, 'away', { own_code: 'no', advice: 'picture' }],
    ['that is slow to hear', { deafMs: { stop: 1_800, start: 1_800, upload: 1_800 } }, 'away', { own_code: 'words' }],
  ] as const)('%s says so', async (_which, variant, person, found) => {
    const rig = await started(variant);
    expect(await checked(rig, person)).toMatchObject(found);
  });

  it('at 115200 baud finds that a picture is as quick, and advises pictures', async () => {
    const rig = await started({ nativeDeafMs: 0 }, { display: { baudRate: 115_200 } });
    const check = await checked(rig, 'yes');
    expect(check).toMatchObject({ baud: 115_200, own_code: 'words', scanned: 'yes', advice: 'picture' });
    expect(check.picture_ms).toBeLessThan(1_000);
  });

  it('forgets what was known, and keeps what it finds', async () => {
    const memory = new MapMemory();
    const before = await started({ nativeScreens: 'unknown' }, { memory });
    expect(await checked(before, 'away')).toMatchObject({ own_code: 'no' });
    await before.clock.run(before.station.stop());
    const kept = (): string =>
      [...memory.map].flatMap(([key, value]) => (key.startsWith('unit ') ? [value] : [])).join();
    expect(kept()).toContain('"qr":"no"');

    const rig = await started({ nativeScreens: 'words' }, { memory });
    expect(await checked(rig, 'yes')).toMatchObject({ own_code: 'words' });
    expect(kept()).toContain('"qr":"words"');
  });

  it('ends with the idle picture in the slot, and the rotation', async () => {
    const rig = await started({ deletes: 'plain' });
    await checked(rig, 'yes');
    await rig.clock.until(() => rig.display.screen.kind === 'rotation', 30_000);
    const stored = new TextDecoder().decode(rig.display.files.get('1.jpeg'));
    expect(stored).toContain('"kind":"idle"');
  });

  it('makes a unit report without the texts that were shown, and records nothing afterwards', async () => {
    const rig = await started({});
    expect(rig.station.checkReport()).toBeUndefined();
    await checked(rig, 'yes');
    const report = v.parse(DisplayReport, rig.station.checkReport());
    const lines = report.events.flatMap((event) => (event.kind === 'line' ? [event.text] : []));
    expect(report.recorded_by).toBe('kiosk 0.0.0');
    expect(lines).toContain('startrotation');
    expect(lines).toContain('delete**1.jpeg');
    expect(lines.some((line) => /^DisplayQRCodeScreen\*\*<\d+>/.test(line))).toBe(true);
    expect(JSON.stringify(report)).not.toContain('COUNTER QR');

    const { length } = report.events;
    rig.relay.post({ qr_text: 'afterwards' });
    await rig.clock.until(() => rig.screenText() === 'qr afterwards', 30_000);
    expect(rig.station.checkReport()?.events).toHaveLength(length);
  });

  it('gives way to a customer’s QR, which is shown; and is refused while one is', async () => {
    const rig = await started();
    const check = rig.station.checkDisplay().then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code,
    );
    await rig.clock.until(() => progressOf(rig).length > 2, 30_000);
    const command = rig.relay.post({ qr_text: 'customer' });
    expect(await rig.clock.run(check)).toBe('gave_way');
    expect(progressOf(rig).at(-1)).toEqual({ stage: 'given_up' });
    await rig.clock.until(() => command.state === 'displayed', 30_000);
    await rig.clock.advance(1_000);

    await expect(rig.clock.run(rig.station.checkDisplay())).rejects.toMatchObject({ code: 'qr_shown' });
    expect(rig.screenText()).toBe('qr customer');
  });

  it('that is unplugged meanwhile ends within its two minutes, and what was recorded is kept', async () => {
    const rig = await started();
    const check = rig.station.checkDisplay().catch((error: unknown) => (error as { code?: string }).code);
    await rig.clock.until(() => progressOf(rig).length > 1, 30_000);
    rig.port.unplug();
    const from = rig.clock.now();
    expect(await rig.clock.run(check)).toBe('not_back');
    expect(rig.clock.now() - from).toBeLessThanOrEqual(120_000);
    expect(rig.station.checkReport()?.events.length).toBeGreaterThan(0);
  });

  it('asked for by the relay asks nobody, and reports what was found', async () => {
    const rig = await started();
    const command = rig.relay.post({}, 'check_display');
    await rig.clock.until(() => command.state === 'cleared', 120_000);
    expect(isAsked(rig)).toBe(false);
    expect(command.reports.at(-1)).toMatchObject({
      status: 'success',
      picture: { check: { baud: 9_600, own_code: 'words', scanned: 'not_asked', advice: 'scan_first' } },
    });
  });

  it('begins once the port has been closed, however long that takes', async () => {
    const clock = new ManualClock();
    const port = createSimulatedPort(new SimulatedDisplay({ clock }), { clock });
    const slow: PortSource = {
      list: async () => (await port.list()).map((transport) => new SlowToClose(transport, clock)),
      watch: (onChange) => port.watch(onChange),
    };
    const states: string[] = [];
    const relay = new FakeRelay(clock);
    const station = new Station({
      identity: { computerName: 'SLOW-PC', kind: 'kiosk', version: '0.0.0', enrolKey: relay.enrolKey },
      http: relay.http,
      ports: slow,
      pictures: new PlainPictures(),
      memory: new MapMemory(),
      clock,
      random: seeded(1),
      onEvent: (event) => event.kind === 'display' && states.push(event.state),
    });
    await station.start();
    await clock.until(() => states.at(-1) === 'ready', 20_000);
    states.length = 0;
    // It said so at once, with the port still closed; and what used the display then waited without a pause.
    await clock.run(station.restartDisplay());
    expect([states[0], states.at(-1)]).toEqual(['connecting', 'ready']);
    expect(await clock.run(station.checkDisplay())).toMatchObject({ own_code: 'words' });
    await clock.run(station.stop());
  });

  it('by other hands finds its speed and that it draws no codes', async () => {
    const clock = new ManualClock();
    const relay = new FakeRelay(clock);
    const station = new Station({
      identity: { computerName: 'FOREIGN-PC', kind: 'kiosk', version: '0.0.0', enrolKey: relay.enrolKey },
      http: relay.http,
      ports: new ForeignDisplay(clock),
      pictures: new PlainPictures(3_000),
      memory: new MapMemory(),
      clock,
      random: seeded(1),
      onEvent: () => undefined,
    });
    await station.start();
    await clock.advance(15_000);
    const check = await clock.run(station.checkDisplay());
    expect(check).toMatchObject({ baud: 9_600, model: 'DQR-222 firmware 2.1.4', own_code: 'no', advice: 'picture' });
    expect(check).not.toHaveProperty('deletes');
    expect(check.deaf_ms).toBeGreaterThanOrEqual(200);
    await clock.run(station.stop());
  });
});
