/**
 * A new developer with nothing but docs/developer.md and a fresh clone: from `git clone` to the first QR on a display.
 * What takes a person time is reading; what takes the machine time is measured here.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { noClone } from '../../support/clone.ts';
import { blocksOf, brokenPromises, follow, root } from '../../support/docs/guide.ts';
import { KioskPage } from '../../support/browser/kiosk-page.ts';
import { because, noBrowser, noTool } from '../../support/requirements.ts';
import { Terminals } from '../../support/process/terminal.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const GUIDE = 'docs/developer.md';
const MINUTES = 60_000;
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
const why = noBrowser() ?? noClone() ?? noTool('bash', 'curl');

describe.skipIf(why !== undefined)(`a new developer with the guide and a fresh clone${because(why)}`, () => {
  const terminals = new Terminals();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-newcomer-'));
  });
  afterAll(async () => {
    await terminals.closeAll();
    removeFolder(folder);
  });

  it('has a QR on the display within ten minutes', { timeout: 15 * MINUTES }, async () => {
    const [start, ...further] = blocksOf(GUIDE);
    expect(start?.text).toContain('git clone REPOSITORY counterqr');
    const beganAt = performance.now();
    const { says } = terminals.open(start?.text.replace('REPOSITORY', `'${root}'`) ?? '', folder, { PORT: '0' });
    const demo = new URL(await says(/http:\/\/[\w.]+:\d+\/demo\//));
    const startedMs = performance.now() - beganAt;
    expect((await fetch(demo)).status).toBe(200);
    const enrolKey = await says(/enrol_\S+/);

    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const address = further.find(({ text }) => text.includes('/kiosk/?name='))?.text ?? '';
      await page.goto(address.replace('http://localhost:5001', demo.origin).replace('ENROL_KEY', enrolKey));
      await new KioskPage(page, browser).untilReady();
      const upToTheQr = further.findIndex(({ text }) => text.includes('"state":"displayed"'));
      const runs = await follow(
        GUIDE,
        { 'http://localhost:5001': demo.origin },
        { cwd: join(folder, 'counterqr'), blocks: upToTheQr + 2 },
      );
      const tookMs = performance.now() - beganAt;
      expect(brokenPromises(runs)).toEqual([]);
      expect(runs.at(-1)?.output).toContain('displayed');
      console.log(
        `docs/developer.md, from git clone to the first QR: ${seconds(tookMs)}, ${seconds(startedMs)} of it npm start`,
      );
      expect(tookMs).toBeLessThan(10 * MINUTES);
    } finally {
      await browser.close();
    }
  });
});
