/**
 * The main job on real input: a QR posted to the relay appears on a simulated ESP32 behind Chromium's real Web Serial.
 */
import { describe, expect, it } from 'vitest';
import { Counter } from '../support/browser/counter.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { customerScans } from '../support/simulator/screen.ts';
import { deviceIdOf } from '../support/browser/kiosk-page.ts';
import { because, noSerialRig } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noSerialRig();
const NAME = 'SHOWROOM-PC-01';
const AGENT = 'agent-42';

describe.skipIf(why !== undefined)(`QR to ESP32 over real Web Serial${because(why)}`, () => {
  const counter = new Counter({ name: NAME, agent: AGENT }).forAllTests();

  async function show(text: string): Promise<void> {
    const { command_id } = await counter.show(text);
    await counter.kiosk.until({ command: command_id, commandState: 'displayed', display: 'ready' });
  }

  it('provisions itself from its address and takes the key out of it', () => {
    expect(counter.kiosk.page.url()).not.toContain('enrol');
    expect(counter.deviceId).toMatch(/^device_SHOWROOM-PC-01_[0-9a-f]{6}$/);
  });

  it('shows the posted QR on the screen, as other decoders read it', async () => {
    await show('https://pay.example/p/8842?amount=1250.00&currency=MUR');
  });

  it('takes it off the screen when it is paid, and keeps it out of the rotation', async () => {
    const text = 'https://pay.example/p/8843';
    const { command_id } = await counter.relay.postQr(AGENT, text);
    await counter.relay.reaches(command_id, ['displayed']);
    const started = await counter.relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    expect(started.status).toBe(200);
    const view = await counter.relay.reaches(command_id, ['cleared', 'failed']);
    expect(view).toMatchObject({ state: 'cleared', reason: 'paid' });
    await until('the board rotates', () => counter.board.display.screen.kind === 'rotation');
    for (const [name, file] of counter.board.display.files)
      expect(Object.values(readByOthers(file)).includes(text), `slot ${name} still holds the QR`).toBe(false);
  });

  it('does not show a QR that is cancelled while it is being sent', async () => {
    const text = 'https://pay.example/p/8844?'.padEnd(150, 'amount=1250.00&currency=MUR&ref=');
    let seen = false;
    const stop = counter.board.display.onScreen(() => (seen ||= customerScans(counter.board.display) === text));
    const { command_id } = await counter.relay.postQr(AGENT, text);
    await counter.kiosk.until({ command: command_id, display: 'uploading' });
    // Before it knows of the upload, the relay ends it at once.
    await until('the relay knows', async () => (await counter.relay.command(command_id)).uploading_at);
    await counter.relay.call('POST', `/command/${command_id}/cancel`, { body: {} });
    const view = await counter.relay.reaches(command_id, ['cleared', 'cancelled', 'failed']);
    expect(view).toMatchObject({ state: 'cleared', reason: 'cancelled' });
    expect(view.displayed_at).toBeUndefined();
    await until('the board rotates', () => counter.board.display.screen.kind === 'rotation');
    await counter.kiosk.untilReady();
    stop();
    expect(seen).toBe(false);
  });

  it('is back after unplug and replug without a person', async () => {
    await counter.board.unplug();
    await counter.kiosk.until({ display: 'unplugged', relay: 'online' });
    await counter.board.plug();
    await counter.kiosk.untilReady();
    await show('https://pay.example/p/after-replug');
  });

  it('is back after the cable was pulled in the middle of a picture, and shows that picture', async () => {
    counter.board.display.inject({ kind: 'pulled_cable', chunk: 0, backAfterMs: 500 });
    await show('https://pay.example/p/pulled-in-the-middle');
    expect(counter.board.display.faults).toEqual([]);
  });

  it('keeps its link over a restart of the relay', async () => {
    await counter.relay.stop('SIGKILL');
    await counter.kiosk.until({ relay: 'offline' });
    await counter.relay.start();
    await counter.kiosk.untilReady();
    await show('https://pay.example/p/after-restart');
    expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
  });

  it('is the same display after the page was reloaded without its parameters', async () => {
    await counter.kiosk.page.goto(`${counter.relay.origin}/kiosk/`);
    await counter.kiosk.untilReady();
    expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
    await show('https://pay.example/p/after-reload');
  });
});
