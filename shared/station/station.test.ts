import { afterEach, describe, expect, it } from 'vitest';
import {
  makeStationRig,
  plainJpeg,
  type StationRig,
  type StationRigOptions,
} from '../../tests/support/station/station-rig.ts';
import { PictureError, type PictureMaker } from '../picture/picture.ts';

let rig: StationRig;
afterEach(async () => {
  const stopped = rig.station.stop();
  await rig.clock.run(stopped);
});

async function started(options?: StationRigOptions): Promise<StationRig> {
  rig = makeStationRig(options);
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  return rig;
}

describe('a station', () => {
  it('registers, finds the display and shows a QR that the relay has', async () => {
    const { clock, relay, screenText } = await started();
    const command = relay.post({ qr_text: 'pay-1' });
    await clock.until(() => command.state === 'displayed', 10_000);
    expect(screenText()).toBe('qr pay-1');
    expect(relay.registrations).toMatchObject([
      { device_id: expect.stringMatching(/^device_SHOWROOM-PC-01_[0-9a-f]{6}$/) },
    ]);
    expect(command.reports.at(-1)).toMatchObject({
      status: 'success',
      baud: 9600,
      attempts: 1,
      picture: { bytes: 2400 },
    });
  });

  it('answers a pairing code at once and shows it; with no display it answers the code all the same', async () => {
    const { clock, port, station, screenText, displayNow, events } = await started();
    const asked = clock.now();
    expect(await clock.run(station.showPairingCode())).toBe('ABC234');
    expect(clock.now() - asked).toBeLessThan(1_000);
    await clock.until(() => screenText() === 'pairing', 10_000);
    port.unplug();
    await clock.until(() => displayNow().startsWith('unplugged'), 10_000);
    expect(await clock.run(station.showPairingCode())).toBe('ABC234');
    await clock.until(() => events.some((event) => event.kind === 'log' && event.entry.event === 'pairing_not_shown'));
  });

  it('says of a picture that is refused which of the reasons it was', async () => {
    const pictures: PictureMaker = {
      make: (screen) =>
        screen.kind === 'qr'
          ? Promise.reject(new PictureError('no_contrast', 'The picture is of one shade.'))
          : Promise.resolve({ jpeg: plainJpeg(screen, 2_000), facts: {} }),
      read: () => Promise.resolve(undefined),
    };
    const { clock, relay, events } = await started({ station: { pictures } });
    const command = relay.post({ qr_text: 'pay-1', amount: '1250', currency: 'MUR' });
    await clock.until(() => command.state === 'failed', 20_000);
    const failed = events.find((event) => event.kind === 'command' && event.progress.stage === 'failed');
    expect(failed).toMatchObject({ amount: 'MUR 1,250.00', progress: { reason: 'bad_picture', note: 'no_contrast' } });
    const entries = events.flatMap((event) => (event.kind === 'log' ? [event.entry] : []));
    expect(entries).toContainEqual(expect.objectContaining({ event: 'command_failed', about: 'no_contrast' }));
  });

  it.each([
    ['picture_over_budget', { bytes: 5_000, verified: true, over_budget: true }],
    ['picture_noted', { bytes: 2_000, verified: false, note: 'not_read_back' }],
    ['picture_caption', { bytes: 2_000, verified: true, caption: 'amount' }],
    [undefined, { bytes: 2_000, verified: true, caption: true }],
  ] as const)('logs %s of a picture whose facts are %j', async (event, facts) => {
    const pictures: PictureMaker = {
      make: (screen) =>
        Promise.resolve({ jpeg: plainJpeg(screen, facts.bytes), facts: screen.kind === 'qr' ? facts : {} }),
      read: () => Promise.resolve(undefined),
    };
    const { clock, relay, events } = await started({ station: { pictures } });
    const command = relay.post({ qr_text: 'pay-1' });
    await clock.until(() => command.state === 'displayed', 20_000);
    const remarks = events.flatMap((each) =>
      each.kind === 'log' && each.entry.event.startsWith('picture_') ? [each.entry] : [],
    );
    expect(remarks.map((entry) => [entry.level, entry.event])).toEqual(
      event === undefined ? [] : [[event === 'picture_caption' ? 'info' : 'warn', event]],
    );
    const said = {
      picture_over_budget: 'Command c1: The picture has 5000 bytes: more than fit budget_ms.',
      picture_noted: 'Command c1: The code could not be read back; a phone may fail to read it.',
      picture_caption: 'Command c1: The name did not fit; the amount is shown.',
    };
    if (event !== undefined) expect(remarks[0]?.text).toBe(said[event]);
  });

  it('clears the QR by itself when its time is over, and says timeout', async () => {
    const { clock, relay, display } = await started();
    const command = relay.post({ qr_text: 'pay-1', display_seconds: 20 });
    await clock.until(() => command.state === 'displayed', 10_000);
    await clock.until(() => command.state === 'cleared', 30_000);
    expect(command.reason).toBe('timeout');
    expect(display.screen.kind).toBe('rotation');
    expect(new TextDecoder().decode(display.files.get('1.jpeg'))).toContain('"idle"');
  });

  it('clears on start_rotation and overwrites the slot before it rotates', async () => {
    const { clock, relay, display } = await started();
    const command = relay.post({ qr_text: 'pay-1' });
    await clock.until(() => command.state === 'displayed', 10_000);
    relay.clear(command, 'paid');
    await clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe('paid');
    expect(display.screen.kind).toBe('rotation');
    expect(new TextDecoder().decode(display.files.get('1.jpeg'))).not.toContain('pay-1');
  });

  it('says that a QR waits while the cable is out, and no more once it was taken', async () => {
    const { clock, relay, port, displayNow, events } = await started();
    const waiting = (): readonly number[] => events.flatMap((event) => (event.kind === 'waiting' ? [event.count] : []));
    port.unplug();
    await clock.until(() => displayNow().startsWith('unplugged'), 1_000);
    const command = relay.post({ qr_text: 'pay-1' });
    await clock.until(() => waiting().length > 0, 4_500);
    expect(waiting()).toEqual([1]);
    port.plug();
    await clock.until(() => command.state === 'displayed', 20_000);
    expect(waiting()).toEqual([1, 0]);
  });

  it('is ready again within 3 s and the boot after a replug, and puts a living QR back', async () => {
    const { clock, relay, port, displayNow, displayStates, screenText } = await started();
    const command = relay.post({ qr_text: 'pay-1' });
    await clock.until(() => command.state === 'displayed', 10_000);
    port.unplug();
    await clock.until(() => displayNow() === 'unplugged (lost)', 1_000);
    await clock.advance(5_000);
    port.plug();
    const [before, states] = [clock.now(), displayStates().length];
    // It goes straight on to uploading, so the moment of being ready is only in the events.
    await clock.until(() => displayStates().slice(states).includes('ready'), 60_000);
    expect(clock.now() - before).toBeLessThan(3_000 + 1_500);
    await clock.until(() => screenText() === 'qr pay-1', 10_000);
    expect(command.state).toBe('displayed');
  });

  it('tells its version after an update with nothing but its own token, once', async () => {
    const before = await started();
    const { memory } = before;
    const { token } = before.relay;
    await before.clock.run(before.station.stop());
    rig = makeStationRig({
      memory,
      station: { identity: { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.1.0' } },
    });
    const { clock, relay, relayNow } = rig;
    relay.token = token;
    await rig.station.start();
    await clock.until(() => relay.registrations.length > 0, 10_000);
    expect(relay.registrations).toMatchObject([{ version: '0.1.0', kind: 'kiosk' }]);
    relay.mood = { kind: 'down' };
    await clock.until(() => relayNow().startsWith('offline'), 60_000);
    relay.mood = { kind: 'well' };
    await clock.until(() => relayNow() === 'online', 60_000);
    await clock.advance(5_000);
    expect(relay.registrations).toHaveLength(1);
    expect(relay.token).toBe(token);
  });

  it('tells on what it runs when that has changed, as after an update of the browser', async () => {
    const before = await started();
    const { memory } = before;
    const { token } = before.relay;
    await before.clock.run(before.station.stop());
    const identity = { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.0.0' } as const;
    for (const system of ['Chrome 150 · Windows 11', 'Chrome 151 · Windows 11']) {
      rig = makeStationRig({ memory, station: { identity: { ...identity, system } } });
      const { clock, relay, station } = rig;
      relay.token = token;
      await station.start();
      await clock.until(() => relay.registrations.length > 0, 10_000);
      expect(relay.registrations).toMatchObject([{ system, version: '0.0.0' }]);
      await clock.advance(5_000);
      expect(relay.registrations).toHaveLength(1);
      await clock.run(station.stop());
    }
  });
});
