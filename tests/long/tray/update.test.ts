/**
 * Updates pushed from the relay, with two versions of the Linux executable: taken when idle, verified, kept; and put
 * back when they do not work.
 */
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, signUpdate, updateKeyOf } from '../../../scripts/sign-update.mjs';
import { KEYS } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { noTrayBinary, trayBinary } from '../../support/tray/binary.ts';
import { trayCounter } from '../../support/tray/for-all-tests.ts';
import { until } from '../../support/wait.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const why = noTrayBinary();
const AGENT = 'agent-9';
const PLATFORM = 'linux-x64';
const SCRIPT = join(import.meta.dirname, '../../../scripts/sign-update.mjs');
/**
 * What an ed25519 key in PKCS#8 begins with (RFC 8410). The same key each time, because an executable that was built
 * with it is kept.
 */
const PKCS8_HEAD = '302e020100300506032b657004220420';

describe.skipIf(why !== undefined)(`updates of the tray${because(why)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-update-'));
  const updates = join(folder, 'updates');
  const key = join(folder, 'key.pem');
  const privateKey = createPrivateKey({
    key: Buffer.from(PKCS8_HEAD + '5a'.repeat(32), 'hex'),
    format: 'der',
    type: 'pkcs8',
  });
  writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const updateKey = updateKeyOf(privateKey);
  const counter = trayCounter({
    name: 'UPDATED-PC',
    agent: AGENT,
    build: { version: '1.0.0', updateKey },
    settings: { baud_rates: '9600', update_minutes: 0.01 },
    relayEnv: { UPDATE_DIR: updates },
  });
  const { show, clear } = counter;
  let next: string;
  beforeAll(async () => void (next = await trayBinary({ version: '1.1.0', updateKey })), 180_000);
  afterAll(() => removeFolder(folder));

  const offer = (file: string, version: string): unknown =>
    signUpdate({ key, folder: updates, platform: PLATFORM, version, file });

  /** As the one who releases does it. */
  const script = (task: string, ...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [SCRIPT, task, '--folder', updates, '--platform', PLATFORM, ...args]);

  it('refuses what another key signed, or what was changed on its way', async () => {
    const stranger = join(folder, 'stranger.pem');
    makeKey(stranger);
    signUpdate({ key: stranger, folder: updates, platform: PLATFORM, version: '1.1.0', file: next });
    await counter.tray.untilLog(/update_not_taken: An update was not taken: its signature is not right/);
    expect(counter.tray.icon).toBe('green: Counter QR: Ready');
  });

  it('waits for its turn, and then until no customer looks at a QR', async () => {
    await show('https://pay.example/p/while-updating');
    await script('sign', '--key', key, '--version', '1.1.0', '--percent', '0', next);
    await until('the relay was asked', () => counter.relay.output.includes('"version":"1.1.0","percent":0'));
    expect(counter.tray.log()).not.toContain('update_download');
    await script('stage', '--percent', '100');
    await counter.tray.untilLog(/update_ready: Version 1\.1\.0/);
    expect(counter.board.display.screen.kind).toBe('picture');
    expect(counter.tray.log()).not.toContain('update_trial');
    await clear();
    await counter.tray.untilLog(/update_done: Version 1\.1\.0 reported and stays/);
  });

  it('is the same display in the new version, which the admin sees', async () => {
    expect(await counter.tray.ended).toMatchObject({ code: 0 });
    await until('the new version is online', async () => {
      const { body } = await counter.relay.call<{ devices: { version: string; display: string }[] }>('GET', '/list', {
        key: KEYS.admin,
      });
      return body.devices.length === 1 && body.devices[0]?.version === '1.1.0' && body.devices[0].display === 'ready';
    });
    await show('https://pay.example/p/by-the-new-version');
    await clear();
  });

  it('starts the proven version from the installed program after a reboot', async () => {
    expect(await counter.tray.run('--quit')).toMatchObject({ code: 0 });
    counter.tray.start();
    await counter.tray.untilLog(/update_start: Version 1\.1\.0 runs in place of 1\.0\.0/);
    expect(await counter.tray.ended).toMatchObject({ code: 0 });
    await show('https://pay.example/p/after-reboot');
    await clear();
    expect(counter.tray.log().match(/started: Counter QR 1\.1\.0/g)).toHaveLength(2);
  });

  it('is back in the version before when the new one ends at once, and does not try it again', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, '#!/bin/sh\nexit 70\n');
    offer(broken, '1.2.0');
    await counter.tray.untilLog(/update_rolled_back: Version 1\.2\.0 failed: it ended with 70\. 1\.1\.0 is back/);
    await until('it tells the person', () =>
      counter.tray.notices.some((notice) => notice.includes('the one before is back')),
    );
    await show('https://pay.example/p/after-roll-back');
    await clear();
    expect(counter.tray.log().match(/update_trial: Version 1\.2\.0/g)).toHaveLength(1);
  });

  it('is back in the version before when the new one ends as if all were well, without a report', async () => {
    const idle = join(folder, 'idle');
    writeFileSync(idle, '#!/bin/sh\nexit 0\n');
    offer(idle, '1.2.1');
    await counter.tray.untilLog(/update_rolled_back: Version 1\.2\.1 failed: it ended with 0\. 1\.1\.0 is back/);
    await show('https://pay.example/p/after-the-idle-one');
    await clear();
  });

  it('is back after two minutes when the new one runs but does not report', async () => {
    const silent = join(folder, 'silent');
    writeFileSync(silent, '#!/bin/sh\nexec sleep 600\n');
    offer(silent, '1.3.0');
    const from = performance.now();
    await counter.tray.untilLog(/update_trial: Version 1\.3\.0/);
    await counter.tray.untilLog(
      /update_rolled_back: Version 1\.3\.0 failed: it did not report within 120 s\. 1\.1\.0 is back/,
      180_000,
    );
    expect(performance.now() - from).toBeGreaterThan(120_000);
    await show('https://pay.example/p/after-the-silent-one');
    await clear();
  });

  it('does not run a proven version that was changed on the disk', async () => {
    expect(await counter.tray.run('--quit')).toMatchObject({ code: 0 });
    const state = /"path": "(?<path>[^"]+)"/.exec(counter.tray.read('update/state.json'))?.groups?.['path'] ?? '';
    expect(state).toContain('1.1.0');
    copyFileSync('/bin/true', state);
    rmSync(join(updates, `${PLATFORM}.json`));
    const before = counter.tray.log().length;
    counter.tray.start();
    await until('the installed version runs', () =>
      counter.tray.log().slice(before).includes('started: Counter QR 1.0.0'),
    );
    await show('https://pay.example/p/by-the-installed-version');
  });
});
