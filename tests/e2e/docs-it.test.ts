/**
 * docs/it.md and docs/operator.md, followed from their first command to their last on a server of their own, and what
 * these print.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../relay/log.ts';
import { openBrowser } from '../support/browser/browser.ts';
import { blocksOf, brokenPromises, follow } from '../support/docs/guide.ts';
import { KioskPage } from '../support/browser/kiosk-page.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { noServer, TestServer } from '../support/process/server.ts';

const why = noServer();

describe.skipIf(why !== undefined)(`docs for IT and operators${because(why)}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.make();
  });
  afterAll(() => server?.remove());

  it('docs/it.md leads to a running relay behind nginx, and to what the PCs need', async () => {
    const runs = await follow('docs/it.md', server.instead, { cwd: server.folder, env: server.env });
    expect(runs).toHaveLength(blocksOf('docs/it.md').filter(({ language }) => language === 'sh').length);
    expect(brokenPromises(runs)).toEqual([]);
    expect(server.asked).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^useradd .*counterqr$/),
        'systemctl daemon-reload',
        'nginx -t',
        'systemctl reload nginx',
      ]),
    );
    // The address that the policies carry has the key that this relay made.
    const { enrol } = JSON.parse(readFileSync(server.at('/var/lib/counterqr/keys.json'), 'utf8')) as { enrol: string };
    expect(readFileSync(server.at('/opt/counterqr/dist/chrome-policy/linux.json'), 'utf8')).toContain(enrol);
  });

  const noKiosk = noBrowser();
  it.skipIf(noKiosk !== undefined)(`the first counter's address provisions a PC${because(noKiosk)}`, async () => {
    const keys = JSON.parse(readFileSync(server.at('/var/lib/counterqr/keys.json'), 'utf8')) as Record<string, string>;
    const address = blocksOf('docs/it.md').find(({ text }) => text.includes('/kiosk/?name='))?.text ?? '';
    const here = address
      .replace('https://pay.example', server.origin)
      .replace('#', '&display=virtual#')
      .replace('ENROL_KEY', keys['enrol'] ?? '');
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(here);
      await new KioskPage(page, browser).untilReady();
      // The key is out of sight, and the next start needs no address but the bare one.
      expect(page.url()).not.toContain(keys['enrol']);
      const list = await fetch(`${server.origin}/counterqr/api/device/list`, {
        headers: { Authorization: `Bearer ${keys['admin']}` },
      });
      expect(await list.json()).toMatchObject({ stats: { online_devices: 1 } });
    } finally {
      await browser.close();
    }
  });

  it('docs/operator.md prints what it says', async () => {
    // A server that is a day old has a backup.
    const backups = server.at('/var/backups/counterqr');
    execFileSync(server.at('/opt/counterqr/deploy/backup.sh'), [server.at('/var/lib/counterqr'), backups], {
      env: { ...process.env, ...server.env },
    });
    // And one with something to warn of has this in its journal, among lines that are none.
    const log = createLog({ level: 'info', file: server.at('journal'), maxBytes: 1e9, keep: 1 });
    log.warn({ cause: 'test' }, 'Redis is away');
    log.info('nothing to warn of');
    const runs = await follow('docs/operator.md', server.instead, {
      cwd: server.at('/opt/counterqr'),
      env: server.env,
    });
    expect(runs).toHaveLength(blocksOf('docs/operator.md').filter(({ language }) => language === 'sh').length);
    expect(brokenPromises(runs)).toEqual([]);
    const warnings = runs.find(({ block }) => block.text.startsWith('journalctl'))?.output ?? '';
    expect(warnings).toContain('Redis is away');
    expect(warnings).not.toContain('"level":30');
  });
});
