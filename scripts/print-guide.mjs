/**
 * `npm run print-guide`: docs/agent.md and docs/agent.fr.md on paper, as dist/agent.pdf and dist/agent.fr.pdf, one A4
 * page each, printed by Chromium.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium, findChromium } from './chromium.mjs';
import { isMain } from './is-main.mjs';
import { ensureInstalled, giveUp, root } from './ready.mjs';
import { sandboxFlagsFor } from './tools/browser.mjs';

/** The agent's page, in each language that the kiosk speaks. */
export const GUIDES = ['agent', 'agent.fr'];

/** A table's first row is a row like the others: the guide's tables have no heads. */
const headless = {
  table({ header, rows }) {
    const cells = (row) => row.map(({ tokens }) => `<td>${this.parser.parseInline(tokens)}</td>`).join('');
    const filled = [header, ...rows].filter((row) => row.some(({ text }) => text !== ''));
    return `<table>${filled.map((row) => `<tr>${cells(row)}</tr>`).join('')}</table>\n`;
  },
};

async function htmlOf(markdown) {
  const { Marked } = await import('marked');
  return new Marked({ renderer: headless }).parse(markdown);
}

const STYLE = `
  @page { size: A4; margin: 9mm 15mm; }
  body { font: 10.2pt/1.28 system-ui, sans-serif; color: #111; margin: 0; }
  h1 { font-size: 20pt; margin: 0 0 3mm; } h2 { font-size: 14pt; margin: 4mm 0 1.5mm; }
  p, ol { margin: 1.5mm 0; } ol { padding-left: 6mm; }
  table { border-collapse: collapse; width: 100%; margin: 2mm 0; }
  td { border: 1px solid #999; padding: 1mm 2mm; vertical-align: top; } td:first-child { width: 27%; }
  p:has(img) { text-align: center; } img { width: 58mm; border: 1px solid #bbb; }`;

/**
 * Prints with a running Playwright Chromium. Answers the number of pages and the widths of the pictures that were
 * there.
 */
export async function printGuide(browser, markdownFile, pdfFile) {
  const page = await browser.newPage();
  try {
    // A base address of its own lets the pictures be found.
    await page.goto(pathToFileURL(join(dirname(markdownFile), 'README.md')).href);
    await page.setContent(
      `<base href="${pathToFileURL(dirname(markdownFile)).href}/"><style>${STYLE}</style>${await htmlOf(readFileSync(markdownFile, 'utf8'))}`,
      { waitUntil: 'load' },
    );
    const pdf = await page.pdf({ preferCSSPageSize: true, ...(pdfFile && { path: pdfFile }) });
    const images = await page.locator('img').evaluateAll((all) => all.map((image) => image.naturalWidth));
    return { pages: pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0, images };
  } finally {
    await page.close();
  }
}

if (isMain(import.meta.filename)) {
  ensureInstalled();
  await ensureChromium();
  const executablePath = (await findChromium()) ?? giveUp('There is no Chromium to print with.');
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({ executablePath, args: sandboxFlagsFor(executablePath) });
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const guide of GUIDES) {
    const { pages } = await printGuide(browser, join(root, `docs/${guide}.md`), join(root, `dist/${guide}.pdf`));
    console.log(`dist/${guide}.pdf: ${pages} page(s)`);
  }
  await browser.close();
}
