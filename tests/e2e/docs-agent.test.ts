/** docs/agent.md and docs/agent.fr.md on paper: one page each, with its pictures. */
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, it } from 'vitest';
import { GUIDES, printGuide } from '../../scripts/print-guide.mjs';
import { CHROMIUM_FLAGS } from '../support/browser/browser.ts';
import { root } from '../support/docs/guide.ts';
import { because, chromiumPath, noBrowser } from '../support/requirements.ts';

const why = noBrowser();

it.skipIf(why !== undefined).each([...GUIDES])(`docs/%s.md fits on one page${because(why)}`, async (guide) => {
  const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: CHROMIUM_FLAGS });
  try {
    const { pages, images } = await printGuide(browser, join(root, `docs/${guide}.md`));
    expect(pages).toBe(1);
    expect(images).toHaveLength(2);
    for (const width of images) expect(width).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
});
