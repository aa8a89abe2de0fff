/** A command that comes too late is never shown, and one that comes again is not uploaded again. */
import { describe, expect, it } from 'vitest';
import { counter, rig, showing, started, watchFor } from '../../tests/support/station/counter-screen.ts';
import { MapMemory } from '../../tests/support/station/station-rig.ts';

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

  it('is reported and not uploaded again when it is on the display already', async () => {
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

    counter({ memory: disk });
    rig.relay.token = first.relay.token;
    rig.relay.commands.push(command);
    command.state = 'pending';
    await rig.station.start();
    await rig.clock.until(() => command.state === 'displayed' && rig.screenText() === 'qr pay-1', 20_000);
    expect(command.reports.filter(({ status }) => status === 'success').at(-1)).toMatchObject({
      attempts: 1,
      baud: 9600,
    });
  });
});
