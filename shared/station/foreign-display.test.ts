import { describe, expect, it } from 'vitest';
import { ForeignDisplay } from '../../tests/support/simulator/foreign-display.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { FakeRelay } from '../../tests/support/station/fake-relay.ts';
import { MapMemory, PlainPictures, readPlain, seeded } from '../../tests/support/station/station-rig.ts';
import { Station } from './station.ts';

const MEMORY_KEY = 'unit 1a86:7523';

/** A driver that did not know of deaf windows had shown nothing on this display after 120 s. */
describe('a display by other hands, deaf for 0.2 s after stoprotation', () => {
  it('shows its first QR within 7 s, the second 0.5 s above the wire, and knows its window after a restart', async () => {
    const clock = new ManualClock();
    const display = new ForeignDisplay(clock);
    const memory = new MapMemory();
    const relay = new FakeRelay(clock);
    const open = () =>
      new Station({
        identity: { computerName: 'FOREIGN-PC', kind: 'kiosk', version: '0.0.0', enrolKey: relay.enrolKey },
        http: relay.http,
        ports: display,
        pictures: new PlainPictures(3_000),
        memory,
        clock,
        random: seeded(1),
        onEvent: () => undefined,
      });
    const shown = async (text: string): Promise<number> => {
      const from = clock.now();
      const command = relay.post({ qr_text: text });
      await clock.until(() => command.state === 'displayed', 30_000);
      const screen = display.picture && readPlain(display.picture);
      expect(screen?.kind === 'qr' && screen.source.kind === 'text' && screen.source.text).toBe(text);
      return clock.now() - from;
    };
    let station = open();
    await station.start();
    await clock.until(() => relay.token !== undefined, 20_000);
    await clock.advance(10_000);
    expect(await shown('pay-1')).toBeLessThan(7_000);
    // 3.2 s of wire, and 0.2 s of deafness.
    expect(await shown('pay-2')).toBeLessThan(3_400 + 500);
    await clock.run(station.stop());
    expect(await memory.get(MEMORY_KEY)).toMatchObject({ deafMs: { stop: expect.closeTo(250, -2) as number } });

    station = open();
    await station.start();
    await clock.advance(10_000);
    expect(await shown('pay-3')).toBeLessThan(3_400 + 500);
    await clock.run(station.stop());
  });
});
