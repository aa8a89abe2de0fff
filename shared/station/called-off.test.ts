/**
 * A code that is called off while it is being sent, with pictures as they are sent and jsQR for the customer: when it
 * can be read at all, and for how long (docs/protocol.md, rule 8). There is no abort, and a board draws what it has.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MadePicture, PictureMaker, Screen } from '../picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../wire/picture.ts';
import { corpusMaker } from '../../tests/support/corpus/check.ts';
import { customerScans, scanAsDrawn } from '../../tests/support/simulator/screen.ts';
import { makeStationRig } from '../../tests/support/station/station-rig.ts';

const TEXT = 'https://pay.example/p/8844?amount=1250.00&currency=MUR&ref='.padEnd(140, 'x7Q');
const CAPTION = { customerName: 'Åsa Lindström', amount: '1200.50', currency: 'THB' };
const codeOf = (caption?: typeof CAPTION): Screen => ({
  kind: 'qr',
  source: { kind: 'text', text: TEXT },
  ...(caption === undefined ? {} : { caption }),
});

let idle: MadePicture;
const codes = new Map<string, MadePicture>();
beforeAll(async () => {
  const maker = await corpusMaker();
  const make = (screen: Screen): Promise<MadePicture> =>
    maker.make(screen, { settings: DEFAULT_PICTURE_SETTINGS, baudRate: 9_600 });
  idle = await make({ kind: 'idle' });
  codes.set('without a caption', await make(codeOf()));
  codes.set('with a caption', await make(codeOf(CAPTION)));
});

/** From the post until it is on the display, undisturbed, or called off after so long. */
async function upload(code: MadePicture, calledOffAfterMs?: number): Promise<{ tookMs: number; readableMs: number }> {
  const pictures: PictureMaker = {
    make: async ({ kind }) => (kind === 'qr' ? code : idle),
    read: async () => undefined,
  };
  const rig = makeStationRig({ station: { pictures } });
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  const postedAt = rig.clock.now();
  let [tookMs, readableMs] = [0, 0];
  let since: number | undefined;
  rig.display.onScreen(({ kind }) => {
    if (kind === 'picture') tookMs ||= rig.clock.now() - postedAt;
    const reads = customerScans(rig.display) === TEXT;
    if (!reads && since !== undefined) readableMs += rig.clock.now() - since;
    since = reads ? (since ?? rig.clock.now()) : undefined;
  });
  const command = rig.relay.post({ qr_text: TEXT });
  if (calledOffAfterMs === undefined) await rig.clock.until(() => command.state === 'displayed', 20_000);
  else {
    await rig.clock.advance(calledOffAfterMs);
    rig.relay.clear(command, 'cancelled');
    await rig.clock.until(() => command.state === 'cleared', 60_000);
  }
  await rig.clock.run(rig.station.stop());
  return { tookMs, readableMs };
}

describe('a code that is called off while it is being sent', () => {
  it.each([
    ['without a caption', [2_000, 1_200, 700], [250, 150, 50]],
    ['with a caption', [3_000, 2_000, 1_500], [900, 500, 50]],
  ])('%s: %j ms before the end it is never read, %j ms before it for less than 2 s', async (kind, early, late) => {
    const code = codes.get(kind)!;
    const { tookMs } = await upload(code);
    for (const beforeEndMs of early)
      expect((await upload(code, tookMs - beforeEndMs)).readableMs, `${beforeEndMs} ms`).toBe(0);
    for (const beforeEndMs of late) {
      const { readableMs } = await upload(code, tookMs - beforeEndMs);
      // Not none: what is cut short and still read is seen by this test.
      expect(readableMs, `${beforeEndMs} ms`).toBeGreaterThan(1_000);
      expect(readableMs, `${beforeEndMs} ms`).toBeLessThan(2_000);
    }
  });

  it.each([
    ['without a caption', 300, 420],
    ['with a caption', 900, 1_100],
  ])('%s is read without its last %i bytes, and never without its last %i', (kind, readWithout, neverWithout) => {
    const { jpeg } = codes.get(kind)!;
    const without = (bytes: number): string | undefined => scanAsDrawn(jpeg.slice().fill(0, jpeg.length - bytes));
    expect(without(readWithout)).toBe(TEXT);
    for (let bytes = neverWithout; bytes < jpeg.length; bytes += 331) expect(without(bytes)).not.toBe(TEXT);
  });
});
