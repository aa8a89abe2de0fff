/**
 * docs/developer.md, followed: its commands and their answers, its page's code, its tokens in three languages; then the
 * commands of README.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { blocksOf, brokenPromises, follow, root } from '../support/docs/guide.ts';
import { KioskPage } from '../support/browser/kiosk-page.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, findTool, noBrowser, noTool } from '../support/requirements.ts';
import { typeCheck } from '../support/docs/type-check.ts';
import { AGENT_JWT_SECRET, HOLD_INTERVALS, tokenFor, type IntervalsWindow } from '../support/browser/web-app.ts';
import { removeFolder } from '../support/remove-folder.ts';

/** What the guide's page exports. */
interface Counter {
  logIn(
    agent: { id: string; name: string },
    ask: { forCode: (sentence: string) => string; toTakeOver: (sentence: string) => boolean },
  ): Promise<{ success: boolean; code?: string }>;
  show(payment: string, customer: object, tell: (state: string, reason?: string | null) => void): Promise<void>;
  paid(): Promise<unknown>;
  close(): Promise<unknown>;
  logOut(): Promise<unknown>;
}
declare const window: { readonly counter: Counter } & IntervalsWindow;

const GUIDE = 'docs/developer.md';
const blocks = blocksOf(GUIDE);
const blockWith = (language: string, mark: string) => {
  const found = blocks.find((block) => block.language === language && block.mark === mark);
  if (!found) throw new Error(`${GUIDE} has no block \`\`\`${language} ${mark}`);
  return found.text;
};

let relay: TestRelay;
let enrolKey: string;
beforeAll(async () => {
  // Keys as a first start makes them.
  relay = await startRelay({ env: { APP_KEYS: '', ENROL_KEYS: '', ADMIN_KEYS: '', AGENT_JWT_SECRET } });
  enrolKey = (JSON.parse(readFileSync(join(relay.dataDir, 'keys.json'), 'utf8')) as { enrol: string }).enrol;
});
afterAll(() => relay?.remove());

const why = noBrowser() ?? noTool('curl', 'openssl', 'bash');

describe.skipIf(why !== undefined)(`its commands${because(why)}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    const page = await browser.newPage();
    const address = blocks.find(({ text }) => text.includes('/kiosk/?name='))?.text ?? '';
    await page.goto(address.replace('http://localhost:5001', relay.origin).replace('ENROL_KEY', enrolKey));
    await new KioskPage(page, browser).untilReady();
  });
  afterAll(() => browser?.close());

  it('answer what the guide says', async () => {
    const instead = {
      'http://localhost:5001': relay.origin,
      './data/keys.json': join(relay.dataDir, 'keys.json'),
    };
    const runs = await follow(GUIDE, instead);
    expect(runs.length).toBeGreaterThan(4);
    expect(brokenPromises(runs)).toEqual([]);
    // The front door shows the same in short, to a reader whose display is linked.
    const inShort = await follow('README.md', instead);
    expect(inShort).toHaveLength(1);
    expect(brokenPromises(inShort)).toEqual([]);
  });

  it('and its page does what it says, in Chromium', async () => {
    const key = (JSON.parse(readFileSync(join(relay.dataDir, 'keys.json'), 'utf8')) as { app: string }).app;
    const page = await browser.newPage();
    const inPage = blockWith('js', 'page').replace('http://localhost:5001', '');
    await page.route('**/counter.js', (route) => route.fulfill({ contentType: 'text/javascript', body: inPage }));
    const tokens: string[] = [];
    await page.route('**/counterqr-token', async (route) => {
      tokens.push(await tokenFor('42'));
      await route.fulfill({ status: route.request().method() === 'POST' ? 200 : 405, body: tokens.at(-1) ?? '' });
    });
    await page.addInitScript(HOLD_INTERVALS);
    // A page of the relay's own origin that nobody else uses; the guide's module in it.
    const shop = `<!doctype html><title>Shop</title><script type="module">
      import * as counter from '/counter.js'; window.counter = counter; document.title = 'ready';</script>`;
    await page.route('**/shop/', (route) => route.fulfill({ contentType: 'text/html', body: shop }));
    await page.goto(`${relay.origin}/shop/`);
    await page.waitForFunction(() => document.title === 'ready');
    // Another agent has forgotten to log out: Asha is asked, says no, then yes.
    const display = { agent_id: '7', agent_name: 'Ravi', computer_name: 'MY-PC-VIRTUAL', takeover: true };
    expect((await relay.call('POST', '/link', { key, body: display })).status).toBe(200);
    const logIn = (answer: boolean) =>
      page.evaluate(async (yes) => {
        const asked: string[] = [];
        const linked = await window.counter.logIn(
          { id: '42', name: 'Asha' },
          { forCode: () => 'never asked', toTakeOver: (sentence) => asked.push(sentence) > 0 && yes },
        );
        return { asked, outcome: linked.code ?? 'linked' };
      }, answer);
    const asked = ['Another agent has this display. Take it over only if that agent has left this counter.'];
    expect(await logIn(false)).toEqual({ asked, outcome: 'device_in_use' });
    expect(await logIn(true)).toEqual({ asked, outcome: 'linked' });
    const told = await page.evaluate(async () => {
      const { counter } = window;
      const never = () => {
        throw new Error('It is hers already.');
      };
      const linked = await counter.logIn({ id: '42', name: 'Asha' }, { forCode: never, toTakeOver: never });
      const seen: (string | null | undefined)[] = [];
      await counter.show('https://pay.example/p/guide', { name: 'A. Ramgoolam' }, (state, reason) => {
        seen.push(reason ?? state);
        if (state === 'displayed') void counter.paid();
      });
      return { linked: linked.success, seen };
    });
    expect(tokens).toHaveLength(1);
    // Two rounds before it is over, it is renewed: what closes the page has one that is valid.
    const renewedAfterMs = await page.evaluate(async () => {
      // Each log-in has set one, and ended the one before.
      await window.intervals.at(-1)?.work();
      return window.intervals.at(-1)?.afterMs;
    });
    expect([renewedAfterMs, tokens.length]).toEqual([120_000, 2]);
    const closing = page.waitForRequest('**/rotation/start');
    await page.evaluate(() => window.counter.close());
    expect((await closing).headers()['authorization']).toBe(`Bearer ${tokens[1]}`);
    const out = await page.evaluate(() => window.counter.logOut());
    expect([told.linked, out]).toEqual([true, { success: true }]);
    expect(told.seen.slice(-2)).toEqual(['displayed', 'paid_reported']);
    expect((await relay.call('GET', '/link?agent_id=42', { key })).body).toMatchObject({ code: 'unknown_agent' });
  });
});

it('has code for a page that fits the SDK’s types', () => {
  const source = blockWith('js', 'page').replace(
    "'http://localhost:5001/sdk/device-service.js'",
    "'./device-service.js'",
  );
  expect(source).toContain("from './device-service.js'");
  expect(typeCheck(join(root, 'dist/sdk/guide.js'), source)).toEqual([]);
});

describe('its token', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'counterqr-token-'))));
  afterAll(() => removeFolder(folder));

  const languages = [
    [
      'Node',
      'js',
      'agent-token.mjs',
      ['-e', "import('./agent-token.mjs').then((m) => console.log(m.agentToken('é 42')))"],
    ],
    ['PHP', 'php', 'agent-token.php', ['-r', "require 'agent-token.php'; echo agent_token('é 42');"]],
    ['Python', 'python', 'agent_token.py', ['-c', "import agent_token; print(agent_token.agent_token('é 42'))"]],
  ] as const;

  it('is served by its route to the agent who is logged in, and to nobody else', async () => {
    writeFileSync(join(folder, 'agent-token.mjs'), blockWith('js', 'token'));
    writeFileSync(join(folder, 'counterqr-token.mjs'), blockWith('js', 'route'));
    vi.stubEnv('AGENT_JWT_SECRET', AGENT_JWT_SECRET);
    const { serveToken } = (await import(pathToFileURL(join(folder, 'counterqr-token.mjs')).href)) as {
      serveToken: (request: IncomingMessage, response: ServerResponse, agentOf: unknown) => Promise<void>;
    };
    const agentOf = ({ headers }: IncomingMessage) => (headers.cookie === 'session=1' ? { id: 42 } : undefined);
    const server = createServer((request, response) => void serveToken(request, response, agentOf));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/counterqr-token`;
      const cookie = { cookie: 'session=1' };
      const answer = await fetch(address, { method: 'POST', headers: cookie });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const key = await answer.text();
      expect(await relay.call('GET', '/link?agent_id=42', { key })).toMatchObject({
        status: 404,
        body: { code: 'unknown_agent' },
      });
      expect((await fetch(address, { method: 'POST' })).status).toBe(401);
      expect((await fetch(address, { headers: cookie })).status).toBe(405);
    } finally {
      server.close();
      vi.unstubAllEnvs();
    }
  });

  for (const [name, language, file, args] of languages) {
    const missing = name === 'Node' ? undefined : noTool(name);
    const program = name === 'Node' ? process.execPath : (findTool(name) ?? name);
    it.skipIf(missing !== undefined)(
      `in ${name} speaks for its agent and for nobody else${because(missing)}`,
      async () => {
        writeFileSync(join(folder, file), blockWith(language, 'token'));
        const env = { ...process.env, AGENT_JWT_SECRET, PYTHONDONTWRITEBYTECODE: '1' };
        const key = execFileSync(program, args, { cwd: folder, env, encoding: 'utf8' }).trim();
        const linkOf = (agentId: string) => relay.call('GET', `/link?agent_id=${encodeURIComponent(agentId)}`, { key });
        expect(await linkOf('é 42')).toMatchObject({ status: 404, body: { code: 'unknown_agent' } });
        expect(await linkOf('43')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
        expect((await relay.call('GET', '/link?agent_id=42', { key: `${key.slice(0, -4)}AAAA` })).status).toBe(401);
      },
    );
  }
});
