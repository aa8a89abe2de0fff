/** Updates pushed from the relay, with two versions of the Linux executable: taken when idle, verified, kept; and put back when they do not work. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, signUpdate, stageUpdate } from '../../scripts/sign-update.mjs';
import { readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { CH340, PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because } from '../rig/requirements.ts';
import { TrayAgent } from '../rig/tray/agent.ts';
import { noTrayBinary, trayBinary } from '../rig/tray/binary.ts';
import { until } from '../rig/wait.ts';

const why = noTrayBinary();
const AGENT = 'agent-9';
const PLATFORM = 'linux-x64';

describe.skipIf(why !== undefined)(`updates of the tray${because(why)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-update-'));
  const updates = join(folder, 'updates');
  const key = join(folder, 'key.pem');
  let updateKey: string;
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let tray: TrayAgent;
  let next: string;

  beforeAll(async () => {
    updateKey = makeKey(key);
    relay = await startRelay({ env: { UPDATE_DIR: updates } });
    const installed = await trayBinary({ version: '1.0.0' });
    next = await trayBinary({ version: '1.1.0' });
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    const port = `${ports.nodeOf('ttyUSB0')}@${CH340.vendorId.toString(16)}:${CH340.productId.toString(16)}`;
    const settings = { port, baud_rates: '9600', update_key: updateKey, update_minutes: 0.01 };
    tray = new TrayAgent({ binary: installed, relay, name: 'UPDATED-PC', settings });
    tray.start();
    await tray.untilReady();
    await relay.link(AGENT, tray.deviceId);
  }, 180_000);
  afterAll(async () => {
    await tray?.remove();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach((context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('tray:', tray.log().slice(-6_000));
    console.log('relay:', relay.output.slice(-3_000));
  });

  const offer = (file: string, version: string, percent = 100): unknown =>
    signUpdate({ key, folder: updates, platform: PLATFORM, version, file, percent });

  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    expect(await relay.reaches(command_id, ['displayed', 'failed'])).toMatchObject({ state: 'displayed' });
    for (const [decoder, read] of Object.entries(readByOthers(glassPicture(board.display))))
      expect(read, decoder).toBe(text);
  }
  async function clear(): Promise<void> {
    await relay.call('POST', '/rotation/start', { body: { agent_id: AGENT, reason: 'closed' } });
    await until('the display is idle', () => board.display.glass.kind === 'rotation');
  }

  it('refuses what another key signed, or what was changed on its way', async () => {
    const stranger = join(folder, 'stranger.pem');
    makeKey(stranger);
    signUpdate({ key: stranger, folder: updates, platform: PLATFORM, version: '1.1.0', file: next });
    await tray.untilLog(/update_not_taken: An update was not taken: its signature is not right/);
    expect(tray.icon).toBe('green: Counter QR: Ready');
  });

  it('waits for its turn, and then until no customer looks at a QR', async () => {
    await show('https://pay.example/p/while-updating');
    offer(next, '1.1.0', 0);
    await until('the relay was asked', () => relay.output.includes('"version":"1.1.0","percent":0'));
    expect(tray.log()).not.toContain('update_download');
    stageUpdate({ folder: updates, platform: PLATFORM, percent: 100 });
    await tray.untilLog(/update_ready: Version 1\.1\.0/);
    expect(board.display.glass.kind).toBe('picture');
    expect(tray.log()).not.toContain('update_trial');
    await clear();
    await tray.untilLog(/update_done: Version 1\.1\.0 reported and stays/);
  });

  it('is the same display in the new version, which the admin sees', async () => {
    expect(await tray.ended).toMatchObject({ code: 0 });
    await until('the new version is online', async () => {
      const { body } = await relay.call<{ devices: { version: string; display: string }[] }>('GET', '/list', {
        key: KEYS.admin,
      });
      return body.devices.length === 1 && body.devices[0]?.version === '1.1.0' && body.devices[0].display === 'ready';
    });
    await show('https://pay.example/p/by-the-new-version');
    await clear();
  });

  it('starts the proven version from the installed program after a reboot', async () => {
    expect(await tray.run('--quit')).toMatchObject({ code: 0 });
    tray.start();
    await tray.untilLog(/update_start: Version 1\.1\.0 runs in place of 1\.0\.0/);
    expect(await tray.ended).toMatchObject({ code: 0 });
    await show('https://pay.example/p/after-reboot');
    await clear();
    expect(tray.log().match(/started: Counter QR 1\.1\.0/g)).toHaveLength(2);
  });

  it('is back in the version before when the new one ends at once, and does not try it again', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, '#!/bin/sh\nexit 70\n');
    offer(broken, '1.2.0');
    await tray.untilLog(/update_rolled_back: Version 1\.2\.0 failed: it ended with 70\. 1\.1\.0 is back/);
    await until('it tells the person', () => tray.notices.some((notice) => notice.includes('the one before is back')));
    await show('https://pay.example/p/after-roll-back');
    await clear();
    expect(tray.log().match(/update_trial: Version 1\.2\.0/g)).toHaveLength(1);
  });

  it('is back after two minutes when the new one runs but does not report', async () => {
    const silent = join(folder, 'silent');
    writeFileSync(silent, '#!/bin/sh\nexec sleep 600\n');
    offer(silent, '1.3.0');
    const from = performance.now();
    await tray.untilLog(/update_trial: Version 1\.3\.0/);
    await tray.untilLog(
      /update_rolled_back: Version 1\.3\.0 failed: it did not report within 120 s\. 1\.1\.0 is back/,
      180_000,
    );
    expect(performance.now() - from).toBeGreaterThan(120_000);
    await show('https://pay.example/p/after-the-silent-one');
    await clear();
  });

  it('does not run a proven version that was changed on the disk', async () => {
    expect(await tray.run('--quit')).toMatchObject({ code: 0 });
    const state = /"path": "(?<path>[^"]+)"/.exec(tray.read('update/state.json'))?.groups?.['path'] ?? '';
    expect(state).toContain('1.1.0');
    copyFileSync('/bin/true', state);
    rmSync(join(updates, `${PLATFORM}.json`));
    const before = tray.log().length;
    tray.start();
    await until('the installed version runs', () => tray.log().slice(before).includes('started: Counter QR 1.0.0'));
    await show('https://pay.example/p/by-the-installed-version');
  });
});
