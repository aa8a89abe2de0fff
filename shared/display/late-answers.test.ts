/**
 * On a busy PC an answer may come after the driver has gone on to the next command. Chromium under load showed what
 * that does.
 */
import { describe, expect, it } from 'vitest';
import { makeSessionRig } from '../../tests/support/simulator/session-rig.ts';
import { ProfileKeeper } from './profile-keeper.ts';

const MODEL = 'ESP32 Chip model = 9, Rev 0';

describe('an answer that comes late', () => {
  it('to a question is no refusal of the picture that was announced meanwhile', async () => {
    const rig = await makeSessionRig();
    await rig.run(rig.session.connect());
    const receive = rig.display.receive.bind(rig.display);
    rig.display.receive = (bytes) => {
      if (new TextDecoder().decode(bytes).startsWith('sending'))
        for (const line of [MODEL, 'exit', MODEL, 'exit']) rig.display.chat(line);
      receive(bytes);
    };
    await rig.show();
    expect(rig.display.screen.kind).toBe('picture');
    expect(rig.session.state.kind).toBe('ready');
  });

  it('to another command is not taken for the name of another model, which would forget what is known', () => {
    const known = { baudRate: 9_600, modelLine: MODEL, deafMs: { stop: 600 } };
    const keeper = new ProfileKeeper(known);
    keeper.learnFrom({ kind: 'answered', modelLine: 'Rotation mode stopped.', saysExit: 'yes' }, 9_600);
    expect(keeper.current).toEqual({ ...known, saysExit: 'yes' });
    keeper.learnFrom({ kind: 'answered', modelLine: 'ESP32 Chip model = 5, Rev 1', saysExit: 'yes' }, 9_600);
    expect(keeper.current).toEqual({ baudRate: 9_600, modelLine: 'ESP32 Chip model = 5, Rev 1', saysExit: 'yes' });
  });

  it('to the stoprotation that ends an upload teaches no window that there is not', async () => {
    // It was said again, fell into its own window, and each QR after it waited for a window of 1.8 s twice more.
    let lagMs = 0;
    const deafMs = { stop: 1_800, start: 0, upload: 0 };
    const rig = await makeSessionRig({ display: { variant: { deafMs } }, lateMs: () => lagMs });
    await rig.run(rig.session.connect());
    await rig.show();
    lagMs = 200;
    await rig.show();
    expect(rig.session.profile.deafMs?.stop).toBeGreaterThanOrEqual(1_800);
    expect(rig.session.profile.deafMs?.stop).toBeLessThan(2_200);
    expect(rig.session.profile.deafMs?.upload ?? 0).toBe(0);
    lagMs = 0;
    const [began, said] = [rig.clock.now(), rig.said.length];
    await rig.show();
    expect(rig.said.slice(said).map(({ line }) => line.split('**')[0])).toEqual([
      'stoprotation',
      'sending',
      'stoprotation',
    ]);
    // Both windows, the picture on the wire, and half a second.
    expect(rig.clock.now() - began).toBeLessThan(2 * 1_850 + 2_100 + 500);
  });
});

describe('a stoprotation that falls into the window of another', () => {
  it('opens none, and the picture that is heard after it does not teach that there is none', async () => {
    const deafMs = { stop: 1_800, start: 0, upload: 0 };
    const rig = await makeSessionRig({
      display: { variant: { deafMs } },
      session: { profile: { answersStop: 'yes' } },
    });
    await rig.run(rig.session.connect());
    // As after a reload of the page, whose last word nobody remembers.
    rig.display.inject({ kind: 'deaf', forMs: 1_800 });
    await rig.show();
    expect(rig.session.profile.deafMs?.stop).not.toBe(0);
    await rig.show();
    expect(rig.session.profile.deafMs?.stop).toBeGreaterThanOrEqual(1_800);
  });
});
