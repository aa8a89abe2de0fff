/** What covers a QR gives it back, the relay is told meanwhile, and a pairing code never covers one. */
import { describe, expect, it } from 'vitest';
import { rig, showing, slots, started } from '../../tests/support/station/counter-screen.ts';

const logged = (name: string) => rig.events.filter((event) => event.kind === 'log' && event.entry.event === name);

describe('a test card over a QR', () => {
  it('is there for 20 s at most, the relay knows that the QR is covered, and the QR comes back', async () => {
    await started();
    const command = await showing('pay-1');
    await rig.clock.run(rig.station.showTestCard());
    expect(rig.screenText()).toBe('test');
    await rig.clock.until(() => command.isCovered === true, 1_000);
    expect(command.state).toBe('displayed');
    const since = rig.clock.now();
    await rig.clock.until(() => rig.screenText() === 'qr pay-1', 30_000);
    // With the time that sending it again takes.
    expect(rig.clock.now() - since).toBeLessThan(24_000);
    await rig.clock.until(() => command.isCovered === false, 1_000);
    expect(command.state).toBe('displayed');
  });

  it('and a message for five minutes covers it no longer, whatever its sender asked for', async () => {
    await started();
    await showing('pay-1');
    rig.relay.post({ text: 'Closed at noon', display_seconds: 300 }, 'show_message');
    await rig.clock.until(() => rig.screenText() === 'message', 10_000);
    const since = rig.clock.now();
    await rig.clock.until(() => rig.screenText() === 'qr pay-1', 30_000);
    expect(rig.clock.now() - since).toBeGreaterThan(19_000);
    expect(rig.clock.now() - since).toBeLessThan(24_000);
  });

  it('is followed by the rotation when the QR was taken off meanwhile', async () => {
    await started();
    const command = await showing('pay-1');
    await rig.clock.run(rig.station.showTestCard());
    rig.relay.clear(command, 'cancelled');
    await rig.clock.until(() => command.state === 'cleared', 10_000);
    expect(command.reason).toBe('cancelled');
    expect(rig.display.screen.kind).toBe('rotation');
    await rig.clock.advance(30_000);
    expect(slots()).not.toContain('pay-1');
  });

  it('is followed by a QR that was posted meanwhile, and the older one is replaced', async () => {
    await started();
    const first = await showing('pay-1');
    await rig.clock.run(rig.station.showTestCard());
    await showing('pay-2');
    await rig.clock.until(() => first.state === 'cleared', 5_000);
    expect(first.reason).toBe('replaced');
  });

  it('is told again when a QR that the display lost is confirmed again', async () => {
    await started();
    const command = await showing('pay-1');
    await rig.clock.run(rig.station.showTestCard());
    await rig.clock.until(() => command.isCovered === true, 1_000);
    rig.port.unplug();
    await rig.clock.advance(4_000);
    rig.port.plug();
    await rig.clock.until(() => rig.screenText() === 'qr pay-1' && command.isCovered === false, 30_000);
  });
});

describe('a pairing code', () => {
  it('does not cover a QR: it is answered, and the display goes on showing the QR', async () => {
    await started();
    await showing('pay-1');
    const { screen } = rig.display;
    expect(await rig.clock.run(rig.station.showPairingCode())).toBe('ABC234');
    await rig.clock.advance(30_000);
    expect(rig.display.screen).toBe(screen);
    expect(logged('pairing_beside_qr')).toHaveLength(1);
  });

  it('leaves the display as soon as it was used, and it is said who used it', async () => {
    await started();
    await rig.clock.run(rig.station.showPairingCode());
    await rig.clock.until(() => rig.screenText() === 'pairing', 10_000);
    await rig.clock.advance(20_000);
    expect(rig.screenText()).toBe('pairing');
    rig.relay.useCode('Asha');
    const since = rig.clock.now();
    await rig.clock.until(() => rig.screenText() === 'rotation', 10_000);
    expect(rig.clock.now() - since).toBeLessThan(5_000);
    expect(slots()).not.toContain('ABC234');
    const used = rig.events.find((event) => event.kind === 'code_used');
    expect(used).toMatchObject({ code: 'ABC234', agent: { name: 'Asha' } });
  });

  it('that was used while it was on its way does not stay', async () => {
    await started();
    await rig.clock.run(rig.station.showPairingCode());
    await rig.clock.until(() => rig.displayNow() === 'uploading', 5_000);
    await rig.clock.advance(1_100);
    rig.relay.useCode('Asha');
    await rig.clock.advance(8_000);
    expect(rig.screenText()).toBe('rotation');
    expect(slots()).not.toContain('ABC234');
  });

  it('that was used takes no QR off which came meanwhile', async () => {
    await started();
    await rig.clock.run(rig.station.showPairingCode());
    await rig.clock.until(() => rig.screenText() === 'pairing', 10_000);
    await showing('pay-1');
    const { screen } = rig.display;
    rig.relay.useCode('Asha');
    await rig.clock.until(() => rig.events.some((event) => event.kind === 'code_used'), 5_000);
    await rig.clock.advance(10_000);
    expect(rig.display.screen).toBe(screen);
  });
});
