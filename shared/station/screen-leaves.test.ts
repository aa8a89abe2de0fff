/** No QR outlives its payment: every way off the display, and what is left in the idle rotation. */
import { describe, expect, it } from 'vitest';
import { rig, showing, slots, started } from '../../tests/support/station/counter-screen.ts';

describe('a QR leaves the display', () => {
  it.each(['cancelled', 'closed'] as const)('when it is %s, for the idle rotation', async (reason) => {
    await started();
    const command = await showing('pay-1');
    rig.relay.clear(command, reason);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe(reason);
    expect(rig.display.screen.kind).toBe('rotation');
    expect(slots()).not.toContain('pay-1');
  });

  it('when it is paid: thanks first, then the idle rotation', async () => {
    await started();
    const command = await showing('pay-1');
    rig.relay.clear(command, 'paid', 'show_paid');
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe('paid');
    expect(rig.screenText()).toBe('paid');
    await rig.clock.until(() => rig.display.screen.kind === 'rotation', 15_000);
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
    expect(rig.display.screen.kind).toBe('rotation');
    expect(slots()).not.toContain('pay-1');
  });

  it('after DISPLAY_SECONDS, with a display that has to be brought back first', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 30 });
    rig.display.inject({ kind: 'hang', chunk: 0 });
    await rig.clock.until(() => command.state === 'cleared', 60_000);
    expect(rig.display.screen.kind).toBe('rotation');
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
    await rig.clock.until(() => rig.display.screen.kind === 'rotation', 10_000);
    expect(slots()).not.toContain('pay-1');
  });

  it('when the PC wakes and the relay says that the payment was over meanwhile', async () => {
    await started();
    const command = await showing('pay-1', { display_seconds: 3_600 });
    command.state = 'cleared';
    command.reason = 'disconnected';
    rig.station.wake();
    await rig.clock.until(() => rig.display.screen.kind === 'rotation', 10_000);
  });
});

describe('clearing', () => {
  it('overwrites the slot with the idle picture before the rotation starts', async () => {
    await started();
    const command = await showing('pay-1');
    const order: string[] = [];
    rig.display.onScreen((shown) => {
      order.push(
        shown.kind === 'picture'
          ? (rig.screenText() ?? '')
          : `${shown.kind}, slot ${slots().includes('pay-1') ? 'soiled' : 'clean'}`,
      );
    });
    rig.relay.clear(command);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(order).toEqual(['qr pay-1', 'idle', 'rotation, slot clean']);
  });

  it('is told only when the QR is off the display', async () => {
    await started();
    const command = await showing('pay-1');
    let shown = '';
    rig.relay.onReport = (_command, { status }) => {
      if (status === 'cleared') shown = rig.display.screen.kind;
    };
    rig.relay.clear(command);
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(shown).toBe('rotation');
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
    expect(rig.screenText()).toBe('qr pay-2');
  });
});

describe('a QR that is called off while it is on its way', () => {
  /** How long a customer could read it, and in which state: whole, or cut short (docs/protocol.md, rule 8). */
  function watchForReadable(text: string): { readonly ms: () => number; readonly whole: () => boolean } {
    let [ms, whole] = [0, false];
    let since: number | undefined;
    rig.display.onScreen(() => {
      const now = rig.screenText() ?? '';
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
  ])('after %i ms does not come onto the display whole, and can be read for %i ms at most', async (afterMs, mostMs) => {
    await started();
    const seen = watchForReadable('pay-1');
    const command = rig.relay.post({ qr_text: 'pay-1' });
    await rig.clock.advance(afterMs);
    rig.relay.clear(command, 'cancelled');
    await rig.clock.until(() => command.state === 'cleared', 15_000);
    expect(command.reason).toBe('cancelled');
    expect(rig.display.screen.kind).toBe('rotation');
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
    expect(rig.display.screen.kind).toBe('rotation');
  });

  it('and the next QR is on the display without a person', async () => {
    await started();
    const command = rig.relay.post({ qr_text: 'pay-1' });
    await rig.clock.advance(1_200);
    rig.relay.clear(command, 'cancelled');
    await rig.clock.advance(200);
    const next = rig.relay.post({ qr_text: 'pay-2' });
    await rig.clock.until(() => next.state === 'displayed', 12_000);
    expect(rig.screenText()).toBe('qr pay-2');
  });
});
