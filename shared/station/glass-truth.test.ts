/** No QR outlives its payment: every way off the glass, one by one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FakeCommand } from '../../tests/support/fake-relay.ts';
import { makeStationRig, MapMemory, type StationRig, type StationRigOptions } from '../../tests/support/station-rig.ts';

let rig: StationRig;
afterEach(async () => {
  await rig.clock.run(rig.station.stop());
});

async function started(options?: StationRigOptions): Promise<StationRig> {
  rig = makeStationRig(options);
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  return rig;
}

async function showing(text: string, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeCommand> {
  const command = rig.relay.post({ qr_text: text, ...fields });
  await rig.clock.until(() => command.state === 'displayed', 20_000);
  expect(rig.glassText()).toBe(`qr ${text}`);
  return command;
}

/** The words in every slot that the idle rotation goes over. */
const slots = (): string => [...rig.display.files.values()].map((bytes) => new TextDecoder().decode(bytes)).join();

/** From here on: whether this payment's QR ever came onto the glass. */
function watchFor(text: string): () => boolean {
  let seen = false;
  let now = true;
  rig.display.onGlass((glass) => {
    // The first call tells what is there already.
    if (!now && glass.kind === 'picture') seen ||= new TextDecoder().decode(glass.bytes).includes(text);
  });
  now = false;
  return () => seen;
}

describe('a QR leaves the glass', () => {
  it.each(['cancelled', 'closed'] as const)('when it is %s, for the idle rotation', async (reason) => {
    await started();
    const command = await showing('pay-1');
    rig.relay.clear(command, reason);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe(reason);
    expect(rig.display.glass.kind).toBe('rotation');
    expect(slots()).not.toContain('pay-1');
  });

  it('when it is paid: thanks first, then the idle rotation', async () => {
    await started();
    const command = await showing('pay-1');
    rig.relay.clear(command, 'paid', 'show_paid');
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe('paid');
    expect(rig.glassText()).toBe('paid');
    await rig.clock.until(() => rig.display.glass.kind === 'rotation', 15_000);
    expect(slots()).not.toContain('pay-1');
  });

  it('when a newer one takes its place', async () => {
    await started();
    const first = await showing('pay-1');
    await showing('pay-2');
    await rig.clock.until(() => first.state === 'cleared', 1_000);
    expect(first.reason).toBe('replaced');
  });

  it('after DISPLAY_SECONDS, with the relay away', async () => {
    await started();
    await showing('pay-1', { display_seconds: 30 });
    rig.relay.mood = { kind: 'down' };
    await rig.clock.advance(35_000);
    expect(rig.display.glass.kind).toBe('rotation');
    expect(slots()).not.toContain('pay-1');
  });

  it('after DISPLAY_SECONDS, with a display that has to be brought back first', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 30 });
    rig.display.inject({ kind: 'hang', chunk: 0 });
    await rig.clock.until(() => command.state === 'cleared', 60_000);
    expect(rig.display.glass.kind).toBe('rotation');
    expect(slots()).not.toContain('pay-1');
  });

  it('when the relay says on its return that the payment was over meanwhile', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 3_600 });
    rig.relay.mood = { kind: 'down' };
    await rig.clock.advance(60_000);
    command.state = 'cleared';
    command.reason = 'disconnected';
    rig.relay.mood = { kind: 'well' };
    await rig.clock.until(() => rig.display.glass.kind === 'rotation', 10_000);
    expect(slots()).not.toContain('pay-1');
  });

  it('when the PC wakes and the relay says that the payment was over meanwhile', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 3_600 });
    command.state = 'cleared';
    command.reason = 'disconnected';
    rig.station.wake();
    await rig.clock.until(() => rig.display.glass.kind === 'rotation', 10_000);
  });
});

describe('clearing', () => {
  it('overwrites the slot with the idle picture before the rotation starts', async () => {
    await started();
    const command = await showing('pay-1');
    const order: string[] = [];
    rig.display.onGlass((glass) => {
      order.push(
        glass.kind === 'picture'
          ? (rig.glassText() ?? '')
          : `${glass.kind}, slot ${slots().includes('pay-1') ? 'soiled' : 'clean'}`,
      );
    });
    rig.relay.clear(command);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(order).toEqual(['qr pay-1', 'idle', 'rotation, slot clean']);
  });

  it('is told only when the QR is off the glass', async () => {
    await started();
    const command = await showing('pay-1');
    let glass = '';
    rig.relay.onReport = (_command, { status }) => {
      if (status === 'cleared') glass = rig.display.glass.kind;
    };
    rig.relay.clear(command);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(glass).toBe('rotation');
  });

  it('that comes late does not take off a QR that is newer than the wish', async () => {
    await started();
    const first = await showing('pay-1');
    rig.port.unplug();
    await rig.clock.until(() => rig.displayNow() === 'unplugged (lost)', 5_000);
    const late = rig.relay.post({ clears: first.id, reason: 'closed' }, 'start_rotation');
    late.state = 'delivered';
    late.deliveries = 1;
    late.leaseUntil = rig.clock.now() + 30_000;
    rig.port.plug();
    await rig.clock.until(() => rig.displayStates().at(-1) === 'ready', 20_000);
    const second = await showing('pay-2');
    await rig.clock.until(() => late.state === 'cleared', 60_000);
    await rig.clock.advance(5_000);
    expect(second.state).toBe('displayed');
    expect(rig.glassText()).toBe('qr pay-2');
  });
});

describe('after a replug', () => {
  it('a QR that still lives comes back, and only after the relay was asked', async () => {
    await started();
    const command = await showing('pay-1');
    rig.port.unplug();
    await rig.clock.advance(8_000);
    const asked: number[] = [];
    rig.relay.onReport = (_command, { status }) => {
      if (status === 'uploading') asked.push(rig.clock.now());
    };
    const seen = watchFor('pay-1');
    rig.port.plug();
    await rig.clock.until(seen, 10_000);
    expect(asked).toHaveLength(1);
    expect(command.state).toBe('displayed');
  });

  it('a QR whose command has ended meanwhile does not come back', async () => {
    await started();
    const command = await showing('pay-1');
    rig.port.unplug();
    await rig.clock.advance(4_000);
    command.state = 'cleared';
    command.reason = 'disconnected';
    const seen = watchFor('pay-1');
    rig.port.plug();
    await rig.clock.until(() => rig.display.glass.kind === 'rotation' && !slots().includes('pay-1'), 20_000);
    await rig.clock.advance(30_000);
    expect(seen()).toBe(false);
  });

  it('a QR that was paid meanwhile does not come back, although the payment was never delivered', async () => {
    await started();
    const command = await showing('pay-1');
    rig.port.unplug();
    await rig.clock.advance(4_000);
    rig.relay.clear(command, 'paid', 'show_paid');
    const seen = watchFor('pay-1');
    rig.port.plug();
    await rig.clock.until(() => command.state === 'cleared', 20_000);
    await rig.clock.advance(30_000);
    expect(seen()).toBe(false);
    expect(rig.display.glass.kind).toBe('rotation');
  });

  it('a QR does not come back while the relay cannot be asked', async () => {
    await started();
    await showing('pay-1');
    rig.port.unplug();
    rig.relay.mood = { kind: 'down' };
    await rig.clock.advance(8_000);
    const seen = watchFor('pay-1');
    rig.port.plug();
    await rig.clock.advance(30_000);
    expect(seen()).toBe(false);
    expect(slots()).not.toContain('pay-1');
  });

  it('a QR whose time was over meanwhile does not come back', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 20 });
    rig.port.unplug();
    await rig.clock.advance(30_000);
    const seen = watchFor('pay-1');
    rig.port.plug();
    await rig.clock.until(() => !slots().includes('pay-1'), 20_000);
    await rig.clock.advance(30_000);
    expect(seen()).toBe(false);
    expect(command.state).toBe('cleared');
  });
});

describe('after a newer QR that failed', () => {
  /** The newer one breaks in all of its uploads. */
  function failNext(): FakeCommand {
    for (let upload = 0; upload < 3; upload += 1) rig.display.inject({ kind: 'lost_ack', chunk: 1 });
    return rig.relay.post({ qr_text: 'pay-2' });
  }

  it('the older one, which still lives, comes back', async () => {
    await started();
    const first = await showing('pay-1');
    const second = failNext();
    await rig.clock.until(() => second.state === 'failed', 60_000);
    await rig.clock.until(() => rig.glassText() === 'qr pay-1', 20_000);
    expect(first.state).toBe('displayed');
  });

  it('the older one does not come back when it was called off meanwhile', async () => {
    // The soak found this: only the display's return was followed by a question.
    await started();
    const first = await showing('pay-1');
    const second = failNext();
    await rig.clock.advance(2_000);
    rig.relay.clear(first, 'paid');
    const seen = watchFor('pay-1');
    await rig.clock.until(() => second.state === 'failed' && first.state === 'cleared', 60_000);
    await rig.clock.advance(30_000);
    expect(seen()).toBe(false);
    expect(rig.display.glass.kind).toBe('rotation');
  });
});

describe('a display that restarts by itself with a QR on its glass', () => {
  const variants = [
    ['says its ROM’s lines', { variant: { banner: 'rom' } }],
    ['says its model line alone', { variant: { banner: 'model' } }],
    ['says its model line alone, and never exit', { variant: { banner: 'model', saysExit: false } }],
    [
      'says its model line when it hears already',
      { variant: { banner: 'model' }, bootMs: 1_200, bannerAfterMs: 1_300 },
    ],
    ['is heard as noise, because its ROM speaks at another speed', { variant: { banner: 'garbage' } }],
  ] as const;

  it.each(variants)('and %s: the relay is asked, and the QR is put back', async (_what, display) => {
    await started({ display });
    const command = await showing('pay-1');
    await rig.clock.advance(10_000);
    const asked = command.reports.filter(({ status }) => status === 'uploading').length;
    rig.display.reset();
    await rig.clock.advance(1_000);
    expect(rig.glassText()).toBe('booting');
    await rig.clock.until(() => rig.glassText() === 'qr pay-1', 15_000);
    expect(command.reports.filter(({ status }) => status === 'uploading').length).toBe(asked + 1);
    const calmSince = rig.display.glass;
    await rig.clock.advance(120_000);
    expect(rig.display.glass).toBe(calmSince);
  });

  it('and whose payment is over meanwhile: the QR is not put back', async () => {
    await started();
    const command = await showing('pay-1');
    await rig.clock.advance(10_000);
    command.state = 'cleared';
    command.reason = 'disconnected';
    rig.display.reset();
    const seen = watchFor('pay-1');
    await rig.clock.until(() => rig.display.glass.kind === 'rotation' && !slots().includes('pay-1'), 20_000);
    expect(seen()).toBe(false);
  });

  it('is not suspected for chatting', async () => {
    await started();
    await showing('pay-1', { display_seconds: 3_600 });
    const { glass } = rig.display;
    for (let minute = 0; minute < 5; minute += 1) {
      await rig.clock.advance(60_000);
      rig.display.chat('heap 187432');
    }
    await rig.clock.advance(10_000);
    expect(rig.display.glass).toBe(glass);
    expect(rig.displayStates().filter((state) => state.startsWith('recovering'))).toEqual([]);
  });
});

describe('a QR that is called off while it is on its way', () => {
  /** How long a customer could read it, and in which state: whole, or cut short (docs/protocol.md, rule 8). */
  function watchForReadable(text: string): { readonly ms: () => number; readonly whole: () => boolean } {
    let [ms, whole] = [0, false];
    let since: number | undefined;
    rig.display.onGlass(() => {
      const now = rig.glassText() ?? '';
      const readable = now === `qr ${text}` || now === `qr ${text}, cut short`;
      whole ||= now === `qr ${text}`;
      if (!readable && since !== undefined) ms += rig.clock.now() - since;
      since = readable ? (since ?? rig.clock.now()) : undefined;
    });
    return { ms: () => ms, whole: () => whole };
  }

  // 2,400 bytes need 2.5 s, the last 420 of them 0.45 s.
  it.each([
    [60, 0],
    [300, 0],
    [900, 0],
    [1_300, 0],
    [2_000, 0],
    [2_400, 3_000],
    [2_550, 3_000],
  ])('after %i ms does not come onto the glass whole, and can be read for %i ms at most', async (afterMs, mostMs) => {
    await started();
    const seen = watchForReadable('pay-1');
    const command = rig.relay.post({ qr_text: 'pay-1' });
    await rig.clock.advance(afterMs);
    rig.relay.clear(command, 'cancelled');
    await rig.clock.until(() => command.state === 'cleared', 15_000);
    expect(command.reason).toBe('cancelled');
    expect(rig.display.glass.kind).toBe('rotation');
    await rig.clock.advance(20_000);
    expect(seen.whole()).toBe(false);
    expect(seen.ms()).toBeLessThanOrEqual(mostMs);
    // What is cut short but stays readable is seen here at all.
    if (mostMs > 0) expect(seen.ms()).toBeGreaterThan(0);
    expect(slots()).not.toContain('pay-1');
    const last = rig.events.findLast((event) => event.kind === 'command' && event.commandId === command.id);
    expect(last).toMatchObject({ progress: { stage: 'cleared' } });
  });

  it.each(['lost_ack', 'hang'] as const)('nor when the display is being brought back (%s)', async (kind) => {
    await started();
    rig.display.inject({ kind, chunk: 0 });
    const seen = watchForReadable('pay-1');
    const command = rig.relay.post({ qr_text: 'pay-1' });
    await rig.clock.until(() => rig.displayNow().startsWith('recovering'), 10_000);
    rig.relay.clear(command, 'paid', 'show_paid');
    await rig.clock.until(() => command.state === 'cleared', 30_000);
    await rig.clock.advance(30_000);
    expect(seen.ms()).toBe(0);
    expect(seen.whole()).toBe(false);
    expect(rig.display.glass.kind).toBe('rotation');
  });

  it('and the next QR is on the glass without a person', async () => {
    await started();
    const command = rig.relay.post({ qr_text: 'pay-1' });
    await rig.clock.advance(1_200);
    rig.relay.clear(command, 'cancelled');
    await rig.clock.advance(200);
    const next = rig.relay.post({ qr_text: 'pay-2' });
    await rig.clock.until(() => next.state === 'displayed', 12_000);
    expect(rig.glassText()).toBe('qr pay-2');
  });
});

describe('a command that comes too late or again', () => {
  it('is never shown when its lifetime ended while the display was away', async () => {
    await started();
    rig.port.unplug();
    await rig.clock.advance(3_000);
    const command = rig.relay.post({ qr_text: 'pay-1' }, 'display_qr', 10_000);
    const seen = watchFor('pay-1');
    await rig.clock.advance(15_000);
    rig.port.plug();
    await rig.clock.advance(60_000);
    expect(seen()).toBe(false);
    expect(command).toMatchObject({ state: 'expired', reason: 'expired_undelivered' });
  });

  it('is never shown when its lifetime ends during the recovery of the display', async () => {
    await started();
    rig.display.inject({ kind: 'hang', chunk: 0 });
    const command = rig.relay.post({ qr_text: 'pay-1' }, 'display_qr', 8_000);
    const seen = watchFor('pay-1');
    await rig.clock.advance(60_000);
    expect(seen()).toBe(false);
    expect(command.state).toBe('failed');
  });

  it('is not begun when its wire time is longer than its life', async () => {
    await started({ pictureBytes: 20_000 });
    const command = rig.relay.post({ qr_text: 'pay-1' }, 'display_qr', 15_000);
    const mark = rig.events.length;
    await rig.clock.until(() => command.state === 'failed', 20_000);
    expect(rig.events.slice(mark).some((event) => event.kind === 'display' && event.state === 'uploading')).toBe(false);
  });

  it('is reported and not uploaded again when it is on the glass already', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 600 });
    const mark = rig.events.length;
    // As if the relay had lost the success: it hands the command out again.
    command.state = 'pending';
    await rig.clock.until(() => command.reports.filter(({ status }) => status === 'success').length === 2, 10_000);
    await rig.clock.advance(10_000);
    expect(rig.events.slice(mark).some((event) => event.kind === 'display' && event.state === 'uploading')).toBe(false);
    expect(command.state).toBe('displayed');
  });

  it('is answered from memory after a crash of the tab, too', async () => {
    const memory = new MapMemory();
    const first = await started({ memory });
    const command = await showing('pay-1', { display_seconds: 600 });
    const disk = new MapMemory();
    for (const [key, value] of memory.map) disk.map.set(key, value);
    await first.clock.run(first.station.stop());

    rig = makeStationRig({ memory: disk });
    rig.relay.token = first.relay.token;
    rig.relay.commands.push(command);
    command.state = 'pending';
    await rig.station.start();
    await rig.clock.until(() => command.state === 'displayed' && rig.glassText() === 'qr pay-1', 20_000);
    expect(command.reports.filter(({ status }) => status === 'success').at(-1)).toMatchObject({
      attempts: 1,
      baud: 9600,
    });
  });
});
