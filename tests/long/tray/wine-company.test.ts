/**
 * The Windows executable on a company's PC, under Wine: a proxy that only a PAC script names, an authority that only
 * Windows' store holds.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildWindows } from '../../../scripts/build-tray.mjs';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because, noTool } from '../../support/requirements.ts';
import { startCompany, type Company } from '../../support/tray/tls-front.ts';
import { noWine, WindowsPc } from '../../support/tray/wine.ts';
import { until } from '../../support/wait.ts';

const why = noWine() ?? noTool('openssl');
const HOST = 'qr.branch.test';
const SETTINGS_KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
/** Where a group policy puts a company's authorities. */
const AUTHORITIES_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\Root\\Certificates';
/** CERT_CERT_PROP_ID of a serialised certificate, and its encoding, X509_ASN_ENCODING. */
const CERTIFICATE_PROPERTY = 32;
const X509 = 1;

describe.skipIf(why !== undefined)(`the tray in a company, as far as Wine goes${because(why)}`, () => {
  let relay: TestRelay;
  let company: Company;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let pac: http.Server;
  const pc = new WindowsPc();

  beforeAll(async () => {
    relay = await startRelay();
    company = await startCompany(HOST, relay.origin, { openProxy: true });
    const proxy = new URL(company.proxy).host;
    const script = `function FindProxyForURL(url, host) { return host == "${HOST}" ? "PROXY ${proxy}" : "DIRECT"; }`;
    pac = http.createServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'application/x-ns-proxy-autoconfig' }).end(script);
    });
    await once(pac.listen(0, '127.0.0.1'), 'listening');
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    await pc.boot(ports.nodeOf('ttyUSB0'));
    mkdirSync(pc.path('tray'));
    await buildWindows({ output: pc.path('tray/CounterQR.exe') });
    const settings = { relay: `https://${HOST}`, enrol: KEYS.enrol, name: 'COMPANY-PC', port: 'COM5' };
    writeFileSync(pc.path('tray/counterqr.json'), JSON.stringify(settings));
  }, 20 * 60_000);
  afterAll(async () => {
    await pc.shutDown();
    pac?.close();
    await company?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });
  afterEach((context) => {
    if (context.task.result?.state === 'fail') console.log('tray:', log().slice(-4_000));
  });

  const log = (): string => pc.text('users/root/AppData/Local/CounterQR/logs/counterqr.log');
  const start = (): void => pc.start('C:\\tray\\CounterQR.exe', '--background');
  const quit = () => pc.command('C:\\tray\\CounterQR.exe --quit');

  it('asks the proxy that the script names, and trusts nobody unknown behind it', async () => {
    const { port } = pac.address() as AddressInfo;
    await pc.wine([
      'reg',
      'add',
      SETTINGS_KEY,
      '/v',
      'AutoConfigURL',
      '/d',
      `http://127.0.0.1:${port}/proxy.pac`,
      '/f',
    ]);
    start();
    await until(
      'the proxy is asked again and again',
      () => company.connects.filter((to) => to === `${HOST}:443`).length > 2,
      { timeoutMs: 60_000 },
    );
    const { body } = await relay.call<{ devices: object[] }>('GET', '/list', { key: KEYS.admin });
    expect(body.devices).toEqual([]);
    expect(await quit()).toMatchObject({ code: 0 });
  });

  it('registers once a policy has put the authority into Windows’ store', async () => {
    const { raw, fingerprint } = new X509Certificate(readFileSync(company.caFile));
    const head = Buffer.alloc(12);
    head.writeUInt32LE(CERTIFICATE_PROPERTY, 0);
    head.writeUInt32LE(X509, 4);
    head.writeUInt32LE(raw.length, 8);
    const key = `${AUTHORITIES_KEY}\\${fingerprint.replaceAll(':', '')}`;
    const blob = Buffer.concat([head, raw]).toString('hex');
    await pc.wine(['reg', 'add', key, '/v', 'Blob', '/t', 'REG_BINARY', '/d', blob, '/f']);
    start();
    await until(
      'it is registered',
      async () => {
        const { body } = await relay.call<{ devices: { computer_name: string }[] }>('GET', '/list', {
          key: KEYS.admin,
        });
        return body.devices[0]?.computer_name === 'COMPANY-PC';
      },
      { timeoutMs: 60_000 },
    );
    expect(await quit()).toMatchObject({ code: 0 });
  });
});
