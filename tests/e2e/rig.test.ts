/**
 * The rig itself: an unmodified Chromium opens a simulated board through its own Web Serial code, from a dedicated
 * worker.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { PortsFolder } from '../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../support/simulator/pty-display.ts';
import { because, noSerialRig } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const WORKER = `
const say = (line) => postMessage(line);
navigator.serial.addEventListener('connect', () => say('connect'));
navigator.serial.addEventListener('disconnect', () => say('disconnect'));
onmessage = async ({ data: baudRate }) => {
  try {
    const [port] = await navigator.serial.getPorts();
    if (!port) return say('no port');
    await port.open({ baudRate, bufferSize: 8192 });
    const writer = port.writable.getWriter();
    const reader = port.readable.getReader();
    (async () => { for (;;) { const { value, done } = await reader.read(); if (done) return; say('got ' + String.fromCharCode(...value)); } })().catch((error) => say('read failed: ' + error.name));
    self.ask = setInterval(() => writer.write(new TextEncoder().encode('test\\n')).catch(() => clearInterval(self.ask)), 300);
  } catch (error) { say('failed: ' + error.name); }
};`;
const PAGE = `<!doctype html><title>rig</title><script>
window.lines = [];
const worker = new Worker('/worker.js');
worker.onmessage = ({ data }) => lines.push(data);
window.start = (baudRate) => worker.postMessage(baudRate);
</script>`;

const why = noSerialRig();

describe.skipIf(why !== undefined)(`Rig${because(why)}`, () => {
  let server: Server;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser;
  let page: Page;

  const lines = (): Promise<string[]> => page.evaluate(() => (window as unknown as { lines: string[] }).lines);
  const said = (text: string) =>
    until(`the worker says ${text}`, async () => (await lines()).join('\n').includes(text), { otherwise: lines });
  const start = (baudRate: number) =>
    page.evaluate((baud) => (window as unknown as { start(baudRate: number): void }).start(baud), baudRate);

  beforeAll(async () => {
    server = createServer((request, response) => {
      const script = request.url === '/worker.js';
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ? WORKER : PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    ports = new PortsFolder();
    board = new PtyDisplay(ports, { bootMs: 300, bannerAfterMs: 50 });
    await board.plug();
    browser = await openBrowser({ serial: { ports, origin } });
    page = await browser.newPage();
    await page.goto(origin);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    server?.close();
  });

  it('opens the port at the speed that the page chose, resets the board and hears its answers', async () => {
    await start(9600);
    await said('ESP32 Chip model');
    await said('exit');
    expect(board.openedAt.at(-1)).toBe(9600);
    expect(board.opens).toBe(1);
  });

  it('tells the page of an unplugged cable, and of a new port when it is back', async () => {
    await board.unplug();
    await said('read failed: NetworkError');
    await said('disconnect');
    await board.plug();
    await said('connect');
    await start(115200);
    await until('the new port is open at 115200', () => board.openedAt.at(-1) === 115200);
  });

  it('refuses to open a port that another program holds', async () => {
    await board.unplug();
    board.setBusy(true);
    await board.plug();
    await until('the port is listed', async () => (await lines()).filter((line) => line === 'connect').length === 2);
    await start(9600);
    await said('failed: NetworkError');
    board.setBusy(false);
  });
});
