import { describe, expect, it } from 'vitest';
import {
  makeStationRig,
  MapMemory,
  type StationRig,
  type StationRigOptions,
} from '../../tests/support/station/station-rig.ts';
import type { FirmwareVariant } from '../simulator/firmware-variant.ts';

/** 150 bytes: a version 8 payment string. */
const PAYMENT = 'https://pay.example/p/1?'.padEnd(150, 'amount=1250.00&currency=MUR&ref=8842-');
const CAPTION = { customer_name: 'A. Martin', amount: '1250', currency: 'MUR' };
const DRAWN_BY_DISPLAY = { drawn_by: 'display' };

async function started(
  variant: Partial<FirmwareVariant> = {},
  settings: object = {},
  options: StationRigOptions = {},
): Promise<StationRig> {
  const rig = makeStationRig({ display: { variant }, ...options });
  rig.relay.settings = { draw: 'native', ...settings };
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  await rig.clock.advance(5_000);
  return rig;
}

/** What a person in front of the display reads. */
function seen({ display }: StationRig): string {
  const { screen } = display;
  return screen.kind === 'native' ? [screen.name, ...screen.args].join(' | ') : screen.kind;
}

async function shows(rig: StationRig, screen: string, withinMs = 20_000): Promise<number> {
  const from = rig.clock.now();
  await rig.clock.until(() => seen(rig) === screen, withinMs);
  return rig.clock.now() - from;
}

async function displayed(rig: StationRig, fields: object): Promise<{ tookMs: number; report: object | undefined }> {
  const from = rig.clock.now();
  const command = rig.relay.post({ ...fields });
  await rig.clock.until(() => command.state === 'displayed', 30_000);
  return { tookMs: rig.clock.now() - from, report: command.reports.at(-1) };
}

/** An undisturbed code of a few letters, from the post until it counts as shown. */
const NATIVE_MS = 400;

/** Shows a code and takes it off, and returns when what follows is on the display. */
async function takenOff(rig: StationRig, reason: string, follows: string): Promise<void> {
  await displayed(rig, { qr_text: 'before' });
  const clears = rig.relay.commands.at(-1)?.id;
  rig.relay.post({ clears, reason }, reason === 'paid' ? 'show_paid' : 'start_rotation');
  await rig.clock.until(() => seen(rig).startsWith(follows), 20_000);
}

/** The screens of a display's own, one after which it is deaf each, and how it comes to be on the display. */
const DEAF_AFTER: readonly {
  readonly screen: string;
  readonly variant: (ms: number) => Partial<FirmwareVariant>;
  readonly welcome: string;
  readonly before: (rig: StationRig) => Promise<void>;
}[] = [
  // The code before is the first of the two itself.
  { screen: 'a code', variant: (qr) => ({ nativeDeafMs: { qr } }), welcome: '', before: async () => undefined },
  {
    screen: 'its paid screen',
    variant: (success) => ({ nativeDeafMs: { success } }),
    welcome: '',
    before: (rig) => takenOff(rig, 'paid', 'success'),
  },
  {
    screen: 'its cancelled screen',
    variant: (cancel) => ({ nativeDeafMs: { cancel } }),
    welcome: '',
    before: (rig) => takenOff(rig, 'cancelled', 'cancel'),
  },
  {
    screen: 'its welcome screen',
    variant: (welcome) => ({ nativeDeafMs: { welcome } }),
    welcome: 'Welcome',
    before: (rig) => takenOff(rig, 'closed', 'welcome'),
  },
  {
    screen: 'the start of its rotation',
    variant: (start) => ({ deafMs: { stop: 0, start, upload: 0 } }),
    welcome: '',
    before: (rig) => takenOff(rig, 'closed', 'rotation'),
  },
];

const uploads = ({ display }: StationRig): string[] => [...display.files.keys()];

describe('a display that draws by itself', () => {
  it('is told a payment string, paid and idle in text: 0.7 s, 0.3 s, 0.3 s at 9600 baud, and no slot is written', async () => {
    const rig = await started();
    await displayed(rig, { qr_text: 'first' });
    rig.relay.post({}, 'start_rotation');
    await shows(rig, 'rotation');
    await rig.clock.advance(10_000);

    const { tookMs, report } = await displayed(rig, { qr_text: PAYMENT, ...CAPTION });
    expect(seen(rig)).toBe(`qr | ${PAYMENT} | MUR 1,250.00 | A. Martin`);
    expect(tookMs).toBeLessThan(700);
    const picture = { ...DRAWN_BY_DISPLAY, caption: true, bytes: PAYMENT.length + 47 };
    expect(report).toMatchObject({ status: 'success', picture });
    expect(report).not.toHaveProperty('picture.verified');

    const paidAt = rig.clock.now();
    rig.relay.post({ ...CAPTION, reason: 'paid' }, 'show_paid');
    await rig.clock.until(() => /^success \| {2}\| MUR 1,250.00 \| \d\d-\d\d-\d{4}$/.test(seen(rig)), 5_000);
    expect(rig.clock.now() - paidAt).toBeLessThan(300);
    await shows(rig, 'rotation');

    await displayed(rig, { qr_text: 'closed' });
    rig.relay.post({ reason: 'closed' }, 'start_rotation');
    expect(await shows(rig, 'rotation')).toBeLessThan(300);
    expect(uploads(rig)).toEqual([]);
  });

  it.each([
    ['is cut', { qr_text: '0002010102125802TH5303764' }, 'emv_crc_mismatch'],
    ['is cut, with a caption', { qr_text: '00020199', ...CAPTION }, 'emv_malformed'],
    ['is cut, with an amount alone', { qr_text: '00020199', amount: '5', currency: 'MUR' }, 'emv_malformed'],
  ])('says of a payment string that %s what is wrong with it, as with a picture', async (_how, fields, note) => {
    const rig = await started();
    const { report } = await displayed(rig, fields);
    expect(report).toMatchObject({ status: 'success', picture: { ...DRAWN_BY_DISPLAY, note } });
  });

  it('shows its own page for a QR that was cancelled, then the rotation', async () => {
    const rig = await started();
    await displayed(rig, { qr_text: 'pay-1' });
    const [qr] = rig.relay.commands;
    rig.relay.post({ reason: 'cancelled', clears: qr?.id }, 'start_rotation');
    await rig.clock.until(() => seen(rig).startsWith('cancel |'), 1_000);
    await rig.clock.until(() => qr?.state === 'cleared', 5_000);
    expect(qr?.reason).toBe('cancelled');
    await shows(rig, 'rotation', 10_000);
    expect(uploads(rig)).toEqual([]);
  });

  it('reads the payload of an image, and leaves it a picture where the site wants its card as it is', async () => {
    const rig = await started();
    await displayed(rig, { qr_image: 'data:image/png;base64,QUJD' });
    expect(seen(rig)).toBe('qr | QUJD |  | ');
    rig.relay.settings = { draw: 'native', picture: 'photo' };
    await displayed(rig, { qr_image: 'data:image/png;base64,QUJD' });
    expect(seen(rig)).toBe('picture');
  });

  it.each([
    ['letters beyond ASCII', { qr_text: 'café' }],
    ['two stars', { qr_text: 'a**b' }],
    ['a star at its end', { qr_text: 'a*' }],
    ['a space at its end', { qr_text: 'a ' }],
    ['a line end', { qr_text: 'a\nb' }],
    ['more than fits in 400 bytes', { qr_text: 'x'.repeat(376) }],
    ['money that is not ASCII', { qr_text: 'a', amount: '١٢', currency: 'د.إ' }],
  ])('gets a picture of a code with %s', async (_what, fields) => {
    const rig = await started();
    const { report } = await displayed(rig, fields);
    expect(seen(rig)).toBe('picture');
    expect(report).toMatchObject({ picture: { verified: true } });
    // A picture soils the slot, which is overwritten before the rotation begins.
    rig.relay.post({ reason: 'closed' }, 'start_rotation');
    await shows(rig, 'rotation');
    expect(rig.display.files.get('1.jpeg')?.length).toBeGreaterThan(0);
  });

  it('takes the longest line that fits, and leaves out a name that does not', async () => {
    const rig = await started();
    const longest = 'x'.repeat(399 - 'DisplayQRCodeScreen**'.length - '****'.length);
    await displayed(rig, { qr_text: longest });
    expect(seen(rig)).toBe(`qr | ${longest} |  | `);
    const { report } = await displayed(rig, { qr_text: longest.slice(20), ...CAPTION, customer_name: 'Ångström' });
    expect(seen(rig)).toBe(`qr | ${longest.slice(20)} | MUR 1,250.00 | `);
    expect(report).toMatchObject({ picture: { caption: 'amount', ...DRAWN_BY_DISPLAY } });
    rig.relay.settings = { draw: 'native', caption: 'always' };
    await displayed(rig, { qr_text: 'always', ...CAPTION, customer_name: 'Ångström' });
    expect(seen(rig)).toBe('picture');
  });

  it('shows its welcome page while idle where a text is set, and is told its volume once', async () => {
    const rig = await started({}, { welcome_text: 'Welcome to Counter 1', volume: 7 });
    await displayed(rig, { qr_text: 'pay-1' });
    rig.relay.post({ reason: 'closed' }, 'start_rotation');
    await shows(rig, 'welcome | Welcome to Counter 1');
    await displayed(rig, { qr_text: 'pay-2' });
    expect(rig.display.linesHeard.filter((line) => line.startsWith('setvolume'))).toEqual(['setvolume**7']);
    expect(uploads(rig)).toEqual([]);
  });

  it('puts the same screen back after it was unplugged, and after the station was started again', async () => {
    const memory = new MapMemory();
    const rig = await started({}, {}, { memory });
    await displayed(rig, { qr_text: 'pay-1', ...CAPTION });
    rig.port.unplug();
    await rig.clock.advance(3_000);
    rig.port.plug();
    await shows(rig, 'qr | pay-1 | MUR 1,250.00 | A. Martin');
    await rig.clock.run(rig.station.stop());
    expect(JSON.stringify(await memory.get('glass'))).toContain('pay-1');
    expect(uploads(rig)).toEqual([]);
  });
});

describe('how shown is known', () => {
  it.each([
    ['words', {}, 'words', 700],
    ['no words', { nativeScreens: 'silent' }, 'asked', 900],
    ['words only with its next answer', { nativeScreens: 'late_words' }, 'asked', 900],
  ] as const)('firmware that says %s', async (_what, variant, learned, mostMs) => {
    const rig = await started(variant);
    await displayed(rig, { qr_text: 'pay-1' });
    const { tookMs } = await displayed(rig, { qr_text: PAYMENT });
    expect(tookMs).toBeLessThan(mostMs);
    expect(seen(rig)).toBe(`qr | ${PAYMENT} |  | `);
    expect(await rig.memory.get('unit 1a86:7523')).toMatchObject({ draws: { qr: learned } });
  });

  it.each([200, 600, 1_200, 1_800])(
    'firmware that is deaf for %i ms after each of its screens',
    async (nativeDeafMs) => {
      for (const nativeScreens of ['words', 'silent'] as const) {
        const deafMs = { stop: nativeDeafMs, start: nativeDeafMs, upload: 0 };
        const rig = await started({ nativeScreens, nativeDeafMs, deafMs });
        await displayed(rig, { qr_text: 'pay-1' });
        const { tookMs } = await displayed(rig, { qr_text: 'pay-2' });
        expect(seen(rig)).toBe('qr | pay-2 |  | ');
        // The window of the screen before, and its own, which is measured or waited for where it says nothing.
        expect(tookMs).toBeLessThan(2 * nativeDeafMs + 700);
        rig.relay.post({ reason: 'closed' }, 'start_rotation');
        await shows(rig, 'rotation');
        await rig.clock.advance(5_000);
        const third = await displayed(rig, { qr_text: 'pay-3' });
        expect(third.tookMs).toBeLessThan(2 * nativeDeafMs + 700);
        expect(uploads(rig)).toEqual([]);
      }
    },
  );

  it.each(DEAF_AFTER.flatMap((each) => [200, 600, 1_200, 1_800].map((ms) => ({ ...each, ms }))))(
    'firmware that is deaf for $ms ms after $screen: the first code right after it, and the second',
    async ({ variant, welcome, before, ms }) => {
      for (const nativeScreens of ['words', 'silent'] as const) {
        const rig = await started({ nativeScreens, ...variant(ms) }, { welcome_text: welcome });
        const took: number[] = [];
        for (const qr_text of ['pay-1', 'pay-2']) {
          await before(rig);
          took.push((await displayed(rig, { qr_text })).tookMs);
          expect(seen(rig)).toBe(`qr | ${qr_text} |  | `);
        }
        expect(took[0]).toBeLessThan(NATIVE_MS + ms + 3_000);
        expect(took[1]).toBeLessThan(NATIVE_MS + ms + 500);
        expect(uploads(rig)).toEqual([]);
      }
    },
  );

  it('a display that knows no such screen gets a picture, at once from the second code on', async () => {
    const rig = await started({ nativeScreens: 'unknown' });
    await displayed(rig, { qr_text: 'pay-1' });
    expect(rig.screenText()).toBe('qr pay-1');
    expect(await rig.memory.get('unit 1a86:7523')).toMatchObject({ draws: { qr: 'no' } });
    const lines = rig.display.linesHeard.length;
    const { report } = await displayed(rig, { qr_text: 'pay-2' });
    expect(report).toMatchObject({ attempts: 1, picture: { verified: true } });
    expect(rig.display.linesHeard.slice(lines).filter((line) => line.startsWith('Display'))).toEqual([]);
  });

  it('a display that says nothing any more after its screen gets a picture once it is back', async () => {
    const rig = await started({ nativeScreens: 'hangs' });
    const { report } = await displayed(rig, { qr_text: 'pay-1' });
    expect(rig.screenText()).toBe('qr pay-1');
    expect(report).toMatchObject({ attempts: 2, picture: { verified: true } });
    expect(await rig.memory.get('unit 1a86:7523')).toMatchObject({ draws: { qr: 'no' } });
  });
});
