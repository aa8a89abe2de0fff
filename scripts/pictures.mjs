/**
 * `npm run pictures`: docs/pictures/*.png, made from the real pages. A relay on a free port with made-up displays, a
 * real kiosk tab with a virtual display, Chromium. Run it after a page has changed, look at the pictures, commit them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium, findChromium } from './chromium.mjs';
import { ensureBuilt } from './built.mjs';
import { ensureInstalled, giveUp, root } from './ready.mjs';
import { sandboxFlagsFor } from './tools/browser.mjs';

const OUT = join(root, 'docs/pictures');
const KEYS = { app: 'app-key-for-pictures', enrol: 'enrol-key-for-pictures', admin: 'admin-key-for-pictures' };
const WINDOW = { width: 1280, height: 720 };
/** [name, agent, whether it polls] of the displays on the admin page's picture. */
const OTHERS = [
  ['SHOWROOM-PC-02', 'Ravi', true],
  ['SHOWROOM-PC-03', 'Léa', true],
  ['CUREPIPE-01', 'Kevin', true],
  ['CUREPIPE-02', undefined, false],
];

ensureInstalled();
await ensureBuilt();
await ensureChromium();
const executablePath = (await findChromium()) ?? giveUp('There is no Chromium to take pictures with.');

const dataDir = mkdtempSync(join(tmpdir(), 'counterqr-pictures-'));
const relay = spawn(process.execPath, [join(root, 'dist/relay/main.js'), '--show-first-run-keys'], {
  env: {
    PATH: process.env.PATH,
    ...{ DATA_DIR: dataDir, PORT: '0', APP_KEYS: KEYS.app, ENROL_KEYS: KEYS.enrol, ADMIN_KEYS: KEYS.admin },
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { origin, demoAddress } = await new Promise((resolve) => {
  let said = '';
  relay.stdout.on('data', (data) => {
    said += data;
    const [, port, demoPath] = /http:\/\/localhost:(\d+)(\/demo\/#token=\S+)\n/.exec(said) ?? [];
    const local = `http://localhost:${port}`;
    if (port) resolve({ origin: local, demoAddress: local + demoPath });
  });
});

async function call(method, path, key, body) {
  const answer = await fetch(`${origin}/api/device${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return answer.json();
}
const post = (path, body, key = KEYS.app) => call('POST', path, key, body);

/** A display that takes every QR and says that it has shown it. */
async function madeUpDisplay([computer_name, agent, polls]) {
  const device_id = `device_${computer_name}_0a1b2c`;
  const { device_token } = await post(
    '/register',
    { device_id, computer_name, com_port: 'COM3', kind: 'kiosk' },
    KEYS.enrol,
  );
  if (agent) await post('/link', { agent_id: agent, agent_name: agent, device_id });
  if (!polls) return;
  const poll = async () => {
    while (relay.exitCode === null && relay.signalCode === null) {
      const { commands = [] } = await call(
        'GET',
        `/poll?device_id=${device_id}&wait=2&display=ready`,
        device_token,
      ).catch(() => ({}));
      for (const { command_id } of commands)
        await post('/status', { device_id, command_id, status: 'success' }, device_token).catch(() => undefined);
    }
  };
  void poll();
  for (let count = 0; count < 4; count += 1) {
    const { command_id } = await post('/qr', { agent_id: agent, qr_text: `https://pay.example/p/${count}` });
    await call('GET', `/command/${command_id}?wait=5&state=pending`, KEYS.app);
    await post('/rotation/start', { command_id, reason: 'paid' });
  }
}

/** A kiosk tab with a customer's QR on its screen. */
async function counter(context, name, agent) {
  const kiosk = await context.newPage();
  await kiosk.goto(`${origin}/kiosk/?name=${name}&display=virtual&baud=115200#enrol=${KEYS.enrol}`);
  await kiosk.locator('html[data-relay=online][data-display=ready]').waitFor();
  await post('/link', { agent_id: `${agent} ${name}`, agent_name: agent, computer_name: name });
  await post('/qr', {
    ...{ agent_id: `${agent} ${name}`, qr_text: 'https://pay.example/p/8842' },
    ...{ customer_name: 'A. Ramgoolam', amount: '1250.00', currency: 'MUR' },
  });
  await kiosk.locator('html[data-command-state=displayed]').waitFor();
  await kiosk.locator('screen-preview img').waitFor();
  return kiosk;
}

async function pullCable(kiosk, button) {
  await kiosk.bringToFront();
  await kiosk.setViewportSize({ ...WINDOW, height: 800 });
  await kiosk.getByRole('button', { name: button }).click();
  await kiosk.locator('html[data-display=unplugged]').waitFor();
}

const { chromium } = await import('playwright');
const browser = await chromium.launch({ executablePath, args: sandboxFlagsFor(executablePath) });
const shoot = async (page, name) => {
  await page.screenshot({ path: join(OUT, `${name}.png`), animations: 'disabled' });
  console.log(`docs/pictures/${name}.png  ${Math.round(statSync(join(OUT, `${name}.png`)).size / 1024)} KB`);
};
try {
  mkdirSync(OUT, { recursive: true });
  await Promise.all(OTHERS.map(madeUpDisplay));
  const context = await browser.newContext({ viewport: WINDOW, locale: 'en-US' });

  const kiosk = await counter(context, 'SHOWROOM-PC-01', 'Asha');
  await shoot(kiosk, 'kiosk');

  const admin = await context.newPage();
  await admin.goto(`${origin}/admin/`);
  await admin.getByLabel('Admin key').fill(KEYS.admin);
  await admin.getByRole('button', { name: 'Sign in' }).click();
  await admin.getByText('CUREPIPE-02').first().waitFor();
  await shoot(admin, 'admin');

  const setUp = await (await browser.newContext({ viewport: WINDOW, locale: 'en-US' })).newPage();
  await setUp.goto(`${origin}/kiosk/`);
  await setUp.getByRole('heading').first().waitFor();
  await shoot(setUp, 'kiosk-set-up');

  await pullCable(kiosk, 'Pull the virtual cable');
  await shoot(kiosk, 'kiosk-unplugged');

  const french = await browser.newContext({ viewport: WINDOW, locale: 'fr-FR' });
  const borne = await counter(french, 'CUREPIPE-03', 'Léa');
  await shoot(borne, 'kiosk.fr');
  await pullCable(borne, 'Débrancher le câble virtuel');
  await shoot(borne, 'kiosk-unplugged.fr');

  const demo = await (await browser.newContext({ viewport: { ...WINDOW, height: 920 }, locale: 'en-US' })).newPage();
  await demo.goto(demoAddress);
  await demo.frameLocator('iframe').locator('html[data-display=ready]').waitFor();
  await demo.locator('[data-hook=send]:enabled').click();
  await demo.locator('[data-hook=timeline][data-state=displayed]').waitFor();
  await shoot(demo, 'demo');
} finally {
  await browser.close();
  const ended = once(relay, 'exit');
  relay.kill('SIGTERM');
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}
