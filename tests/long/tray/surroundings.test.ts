/**
 * What the tray program meets on a company's PC: several serial ports, a proxy with a password, an authority of the
 * company's own.
 */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CH340, PortsFolder, type UsbIdentity } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because, noTool } from '../../support/requirements.ts';
import { TrayAgent } from '../../support/tray/agent.ts';
import { noTrayBinary, trayBinary } from '../../support/tray/binary.ts';
import { startCompany, type Company } from '../../support/tray/tls-front.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const why = noTrayBinary() ?? noTool('openssl');
const HOST = 'qr.branch.test';
const PRINTER: UsbIdentity = { vendorId: 0x04b8, productId: 0x0202, name: 'Receipt printer' };

describe.skipIf(why !== undefined)(`the tray in a company${because(why)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-surroundings-'));
  let relay: TestRelay;
  let company: Company;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let printer: PtyDisplay;
  let binary: string;
  let tray: TrayAgent | undefined;
  /** Each has a folder of its own, so to the relay it is another display, and a name takes an admin the second time. */
  let trays = 0;

  beforeAll(async () => {
    binary = await trayBinary();
    relay = await startRelay();
    company = await startCompany(HOST, relay.origin);
    ports = new PortsFolder();
    printer = new PtyDisplay(ports, { name: 'ttyUSB0', usb: PRINTER });
    board = new PtyDisplay(ports, { name: 'ttyUSB1', usb: CH340, baudRate: 115_200 });
    await printer.plug();
    await board.plug();
    fakeUdevadm();
  }, 180_000);
  afterEach(async (context) => {
    if (context.task.result?.state === 'fail') console.log('tray:', tray?.log().slice(-4_000));
    await tray?.remove();
    tray = undefined;
  });
  afterAll(async () => {
    await company?.close();
    await printer?.remove();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
    removeFolder(folder);
  });

  /** serialport asks `udevadm info -e` for the ports of a Linux PC. */
  function fakeUdevadm(): void {
    const hex = (id: number): string => id.toString(16).padStart(4, '0');
    const entries = [
      ['ttyUSB0', PRINTER],
      ['ttyUSB1', CH340],
    ] as const;
    const text = entries.map(([name, usb]) =>
      [
        `P: /devices/${name}`,
        `N: ${ports.nodeOf(name)}`,
        `E: DEVNAME=${ports.nodeOf(name)}`,
        `E: ID_VENDOR_ID=${hex(usb.vendorId)}`,
        `E: ID_MODEL_ID=${hex(usb.productId)}`,
        '',
      ].join('\n'),
    );
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/udevadm'), `#!/bin/sh\ncat <<'END'\n${text.join('\n')}\nEND\n`);
    chmodSync(join(folder, 'bin/udevadm'), 0o755);
  }

  function start(settings: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}): TrayAgent {
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
    tray = new TrayAgent({ binary, relay, name: `BRANCH-PC-${++trays}`, settings, env: { PATH, ...env } });
    tray.start();
    return tray;
  }

  it('finds the display by its vendor, and writes nothing to the receipt printer', async () => {
    await start({ baud_rates: '115200' }).untilReady();
    expect(board.opens).toBeGreaterThan(0);
    expect(printer.opens).toBe(0);
  });

  it('finds a display of an unknown vendor by probing when the setting names none that is there', async () => {
    const agent = start({ vendor_ids: '1234', baud_rates: '115200' });
    await agent.untilReady(40_000);
    expect(agent.log()).toMatch(/display_ready: The display is ready on \S*ttyUSB[01] at 115200 baud/);
  });

  it('registers under the computer’s own name where IT gave it none', async () => {
    const agent = start({ name: '', baud_rates: '115200' });
    await agent.untilReady();
    const { body } = await relay.call<{ devices: { device_id: string; computer_name: string }[] }>('GET', '/list', {
      key: KEYS.admin,
    });
    expect(agent.deviceId).not.toBe('');
    expect(body.devices.find((device) => device.device_id === agent.deviceId)?.computer_name).toBe(hostname());
  });

  const throughProxy = { relay: `https://${HOST}`, baud_rates: '115200' };

  it('reaches the relay through a proxy with a password, trusting the authority that only this system knows', async () => {
    const agent = start(throughProxy, { HTTPS_PROXY: company.proxy, SSL_CERT_FILE: company.caFile });
    await agent.untilReady();
    expect(company.connects).toContain(`${HOST}:443`);
    expect(agent.log()).not.toContain(company.password);
  });

  it('trusts nobody whom neither system nor settings name, and says that the relay is away', async () => {
    const agent = start(throughProxy, { HTTPS_PROXY: company.proxy });
    await agent.untilIcon(/^red: .*No connection to the relay/);
  });

  it('takes proxy and authority from its settings, too', async () => {
    await start({ ...throughProxy, proxy: company.proxy, ca_file: company.caFile }).untilReady();
  });

  it('takes the command line over its file, and says in the log which place gave which setting', async () => {
    const agent = start({ language: 'en' });
    await agent.untilReady();
    await agent.run('--quit');
    agent.start('--language', 'fr', '--name', 'OTHER-NAME');
    await agent.untilIcon(/^green: Counter QR: Prêt$/);
    expect(agent.log()).toMatch(/language from command line/);
    expect(agent.log()).toMatch(/relay from file/);
  });

  it('stops with a sentence and exit code 2 when a setting is wrong, or there is no relay', async () => {
    const agent = start({ baud_rates: '115200' });
    await agent.untilReady();
    await agent.run('--quit');
    const wrong = await agent.run('--relay', 'qr.example');
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('The setting "relay" (from the command line) must be an address');
    agent.configure({ relay: '' });
    expect(await agent.run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not know its relay') as string,
    });
  });
});
