/** What axe finds wrong with a page for people who see, hear or move differently. Goes into shadow roots. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import type axe from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One line for each finding; empty when there is none. `rules`: only these, for a page that was looked at before. */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Half a megabyte of program: once for each document.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const { violations } = await page.evaluate(
    async (runOnly) => {
      const { axe: run } = globalThis as unknown as { axe: typeof axe };
      return run.run({ runOnly, resultTypes: ['violations'] });
    },
    rules ? { type: 'rule' as const, values: [...rules] } : { type: 'tag' as const, values: TAGS },
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}
