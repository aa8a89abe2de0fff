/**
 * The tray's executable for Linux, the same program as the Windows one but for its user interface, against a whole
 * relay and a display behind a pseudo terminal.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDataURL } from 'qrcode';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../support/process/relay.ts';
import { because } from '../support/requirements.ts';
import { noTrayBinary } from '../support/tray/binary.ts';
import { trayCounter } from '../support/tray/for-all-tests.ts';
import { until } from '../support/wait.ts';

const why = noTrayBinary();
const NAME = 'BACK-OFFICE-07';
const AGENT = 'agent-7';

describe.skipIf(why !== undefined)(`the tray: QR to ESP32 over a serial port${because(why)}`, () => {
  const counter = trayCounter({ name: NAME, agent: AGENT });
  let deviceId: string;
  const show = (text: string): Promise<unknown> => counter.show(text);

  it('registers under the computer’s name and a random part, and is green once the display answers', async () => {
    deviceId = counter.tray.deviceId;
    expect(deviceId).toMatch(/^device_BACK-OFFICE-07_[0-9a-f]{6}$/);
    const { body } = await counter.relay.call<{ devices: object[] }>('GET', '/list', { key: KEYS.admin });
    expect(body.devices).toMatchObject([
      { device_id: deviceId, computer_name: NAME, kind: 'tray', version: '1.0.0', online: true, display: 'ready' },
    ]);
  });

  it('shows the posted QR on the screen, as other decoders read it, and tells the person', async () => {
    await show('https://pay.example/p/8842?amount=1250.00&currency=MUR');
    await until('a notice', () => counter.tray.notices.some((notice) => notice.startsWith('The QR is on the display')));
  });

  it('takes it off the screen when it is paid', async () => {
    const { command_id } = await counter.relay.postQr(AGENT, 'https://pay.example/p/8843');
    await counter.relay.reaches(command_id, ['displayed']);
    await counter.relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    expect(await counter.relay.reaches(command_id, ['cleared', 'failed'])).toMatchObject({
      state: 'cleared',
      reason: 'paid',
    });
    await until('the board rotates', () => counter.board.display.screen.kind === 'rotation');
  });

  it('refuses to run twice, with exit code 3, and the first goes on', async () => {
    const second = await counter.tray.run();
    expect(second).toMatchObject({ code: 3 });
    expect(second.stderr).toContain('running already');
    await show('https://pay.example/p/still-there');
  });

  it('is red and says so while the cable is out, and is back by itself', async () => {
    await counter.board.unplug();
    await counter.tray.untilIcon(/^red: .*unplugged/);
    await until('a notice of the fault', () =>
      counter.tray.notices.some((notice) =>
        notice.startsWith('The payment display needs attention: The display was unplugged'),
      ),
    );
    await counter.board.plug();
    await counter.tray.untilReady();
    await until('a notice that it is over', () =>
      counter.tray.notices.some((notice) => notice.startsWith('The payment display is ready again')),
    );
    await show('https://pay.example/p/after-replug');
  });

  it('shows the picture all the same when the cable was pulled in its middle', async () => {
    counter.board.display.inject({ kind: 'pulled_cable', chunk: 0, backAfterMs: 500 });
    await show('https://pay.example/p/pulled-in-the-middle');
    expect(counter.board.display.faults).toEqual([]);
  });

  it('is red while the relay is away, and is the same linked display when it is back', async () => {
    await counter.relay.stop('SIGKILL');
    await counter.tray.untilIcon(/^red: .*No connection to the relay/);
    await counter.relay.start();
    await counter.tray.untilReady();
    expect(counter.tray.deviceId).toBe(deviceId);
    await show('https://pay.example/p/after-restart');
  });

  it('ends when it is asked to, closes the port, and is the same display after the next start', async () => {
    expect(await counter.tray.run('--quit')).toMatchObject({ code: 0 });
    expect(await counter.tray.ended).toMatchObject({ code: 0, stderr: '' });
    await until('the port is closed', () => !counter.board.open);
    expect(readdirSync(counter.tray.dataFolder)).not.toContain('running.lock');
    counter.tray.start();
    await until('it is online again', async () => {
      const { body } = await counter.relay.call<{ devices: { display: string }[] }>('GET', '/list', {
        key: KEYS.admin,
      });
      return body.devices.length === 1 && body.devices[0]?.display === 'ready';
    });
    expect(counter.tray.deviceId).toBe(deviceId);
    await show('https://pay.example/p/after-its-own-restart');
  });

  it('starts again after it was killed, in spite of the lock it left', async () => {
    await counter.tray.stop('SIGKILL');
    expect(existsSync(join(counter.tray.dataFolder, 'running.lock'))).toBe(true);
    counter.tray.start();
    await show('https://pay.example/p/after-a-kill');
  });

  it('starts by a double-click, without a word on the command line, as the same display', async () => {
    expect(await counter.tray.run('--quit')).toMatchObject({ code: 0 });
    await counter.tray.ended;
    const before = counter.tray.log().length;
    counter.tray.doubleClick();
    await until('it is ready again', () => counter.tray.log().slice(before).includes('icon: green: Counter QR: Ready'));
    expect(counter.tray.deviceId).toBe(deviceId);
    await show('https://pay.example/p/after-a-double-click');
  });

  it('keeps keys, tokens, payloads, pictures and customers out of its log', async () => {
    const picture = await toDataURL('https://pay.example/p/as-a-picture', { margin: 4, scale: 6 });
    const personal = { customer_name: 'Zéphyrine Quillfeather', amount: '7431.65', policy_number: 'POL-5599' };
    const { command_id } = await counter.relay.postQr(AGENT, '', {
      qr_text: undefined,
      qr_image: picture,
      currency: 'MUR',
      ...personal,
    });
    await counter.relay.reaches(command_id, ['displayed']);
    const log = counter.tray.log();
    expect(log).toContain('display_ready');
    expect(log).toContain(command_id);
    const { token } = /"deviceToken":\s*"(?<token>[^"]+)"/.exec(
      readFileSync(join(counter.tray.dataFolder, 'device.json'), 'utf8'),
    )?.groups ?? { token: '' };
    expect(token).not.toBe('');
    const secrets = [KEYS.enrol, token ?? '', 'pay.example', picture.slice(30, 60), ...Object.values(personal)];
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/Quillfeather|7[, ]?431/);
  });
});
