/** The tray's executable for Linux, the same program as the Windows one but for its face, against a whole relay and a display behind a pseudo terminal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jpegSize, readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { CH340, PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because } from '../rig/requirements.ts';
import { TrayAgent } from '../rig/tray/agent.ts';
import { noTrayBinary, trayBinary } from '../rig/tray/binary.ts';
import { until } from '../rig/wait.ts';

const why = noTrayBinary();
const NAME = 'BACK-OFFICE-07';
const AGENT = 'agent-7';

describe.skipIf(why !== undefined)(`the tray: QR to ESP32 over a serial port${because(why)}`, () => {
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let tray: TrayAgent;
  let deviceId: string;

  beforeAll(async () => {
    const [binary] = await Promise.all([trayBinary(), startRelay().then((started) => (relay = started))]);
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    const port = `${ports.nodeOf('ttyUSB0')}@${CH340.vendorId.toString(16)}:${CH340.productId.toString(16)}`;
    tray = new TrayAgent({ binary, relay, name: NAME, settings: { port } });
    tray.start();
  }, 180_000);
  afterAll(async () => {
    await tray?.remove();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });
  afterEach((context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('tray:', tray.log().slice(-6_000));
    console.log('relay:', relay.output.slice(-3_000));
  });

  /** Posts, waits until the relay says displayed, and looks at what the board really holds. */
  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired', 'superseded']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    const glass = glassPicture(board.display);
    expect(jpegSize(glass)).toEqual({ width: 320, height: 480 });
    for (const [decoder, read] of Object.entries(readByOthers(glass))) expect(read, decoder).toBe(text);
  }

  it('registers under the computer’s name and a random part, and is green once the display answers', async () => {
    await tray.untilReady();
    deviceId = tray.deviceId;
    expect(deviceId).toMatch(/^device_BACK-OFFICE-07_[0-9a-f]{6}$/);
    const { body } = await relay.call<{ devices: object[] }>('GET', '/list', { key: KEYS.admin });
    expect(body.devices).toMatchObject([
      { device_id: deviceId, computer_name: NAME, kind: 'tray', version: '1.0.0', online: true, display: 'ready' },
    ]);
    await relay.link(AGENT, deviceId);
  });

  it('shows the posted QR on the glass, as other decoders read it, and tells the person', async () => {
    await show('https://pay.example/p/8842?amount=1250.00&currency=MUR');
    await until('a notice', () => tray.notices.some((notice) => notice.startsWith('The QR is on the display')));
  });

  it('takes it off the glass when it is paid', async () => {
    const { command_id } = await relay.postQr(AGENT, 'https://pay.example/p/8843');
    await relay.reaches(command_id, ['displayed']);
    await relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    expect(await relay.reaches(command_id, ['cleared', 'failed'])).toMatchObject({ state: 'cleared', reason: 'paid' });
    await until('the board rotates', () => board.display.glass.kind === 'rotation');
  });

  it('refuses to run twice, with exit code 3, and the first goes on', async () => {
    const second = await tray.run();
    expect(second).toMatchObject({ code: 3 });
    expect(second.stderr).toContain('running already');
    await show('https://pay.example/p/still-there');
  });

  it('is red and says so while the cable is out, and is back by itself', async () => {
    await board.unplug();
    await tray.untilIcon(/^red: .*unplugged/);
    await until('a notice of the fault', () =>
      tray.notices.some((notice) =>
        notice.startsWith('The payment display needs attention: The display was unplugged'),
      ),
    );
    await board.plug();
    await tray.untilReady();
    await until('a notice that it is over', () =>
      tray.notices.some((notice) => notice.startsWith('The payment display is ready again')),
    );
    await show('https://pay.example/p/after-replug');
  });

  it('shows the picture all the same when the cable was pulled in its middle', async () => {
    board.display.inject({ kind: 'pulled_cable', chunk: 0, backAfterMs: 500 });
    await show('https://pay.example/p/pulled-in-the-middle');
    expect(board.display.faults).toEqual([]);
  });

  it('is red while the relay is away, and is the same linked display when it is back', async () => {
    await relay.stop('SIGKILL');
    await tray.untilIcon(/^red: .*No connection to the relay/);
    await relay.start();
    await tray.untilReady();
    expect(tray.deviceId).toBe(deviceId);
    await show('https://pay.example/p/after-restart');
  });

  it('ends when it is asked to, closes the port, and is the same display after the next start', async () => {
    expect(await tray.run('--quit')).toMatchObject({ code: 0 });
    expect(await tray.ended).toMatchObject({ code: 0, stderr: '' });
    await until('the port is closed', () => !board.open);
    expect(readdirSync(tray.dataFolder)).not.toContain('running.lock');
    tray.start();
    await until('it is online again', async () => {
      const { body } = await relay.call<{ devices: { display: string }[] }>('GET', '/list', { key: KEYS.admin });
      return body.devices.length === 1 && body.devices[0]?.display === 'ready';
    });
    expect(tray.deviceId).toBe(deviceId);
    await show('https://pay.example/p/after-its-own-restart');
  });

  it('starts again after it was killed, in spite of the lock it left', async () => {
    await tray.stop('SIGKILL');
    expect(existsSync(join(tray.dataFolder, 'running.lock'))).toBe(true);
    tray.start();
    await show('https://pay.example/p/after-a-kill');
  });

  it('keeps keys, tokens and payloads out of its log', () => {
    const log = tray.log();
    expect(log).toContain('display_ready');
    const { token } = /"deviceToken":\s*"(?<token>[^"]+)"/.exec(
      readFileSync(join(tray.dataFolder, 'device.json'), 'utf8'),
    )?.groups ?? { token: '' };
    expect(token).not.toBe('');
    for (const secret of [KEYS.enrol, token ?? '', 'pay.example']) expect(log).not.toContain(secret);
  });
});
