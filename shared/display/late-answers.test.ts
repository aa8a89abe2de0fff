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
});
