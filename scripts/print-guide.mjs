/**
 * `npm run print-guide`: docs/agent.md and docs/agent.fr.md on paper, as dist/agent.pdf and dist/agent.fr.pdf, one A4 page each. Reads the little Markdown that this guide uses (headings, paragraphs, tables, lists,
 * pictures, bold, italics) and prints it by Chromium.
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

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const inline = (text) =>
  escape(text)
    .replace(/!\[([^\]]*)\]\(([^)]+)\)/g, '<img alt="$1" src="$2" />')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/(^|[\s(])_([^_]+)_(?=[\s.,:;)]|$)/g, '$1<i>$2</i>');

function tableOf(lines) {
  const rows = lines.filter((line) => !/^\|[\s|:-]+\|$/.test(line) || !/-/.test(line));
  const cells = (row) =>
    row
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => `<td>${inline(cell.trim())}</td>`);
  return `<table>${rows
    .filter((row) => /[^|\s]/.test(row))
    .map((row) => `<tr>${cells(row).join('')}</tr>`)
    .join('')}</table>`;
}

export function htmlOf(markdown) {
  return markdown
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split('\n');
      const heading = /^(#+) (.*)$/.exec(block);
      if (heading) return `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`;
      if (lines[0].startsWith('|')) return tableOf(lines);
      if (/^\d+\. /.test(lines[0]))
        return `<ol>${block
          .split(/\n(?=\d+\. )/)
          .map((item) => `<li>${inline(item.replace(/^\d+\. /, ''))}</li>`)
          .join('')}</ol>`;
      return `<p>${inline(block)}</p>`;
    })
    .join('\n');
}

const STYLE = `
  @page { size: A4; margin: 9mm 15mm; }
  body { font: 10.2pt/1.28 system-ui, sans-serif; color: #111; margin: 0; }
  h1 { font-size: 20pt; margin: 0 0 3mm; } h2 { font-size: 14pt; margin: 4mm 0 1.5mm; }
  p, ol { margin: 1.5mm 0; } ol { padding-left: 6mm; }
  table { border-collapse: collapse; width: 100%; margin: 2mm 0; }
  td { border: 1px solid #999; padding: 1mm 2mm; vertical-align: top; } td:first-child { width: 27%; }
  p:has(img) { text-align: center; } img { width: 58mm; border: 1px solid #bbb; }`;

/** Prints with a running Playwright Chromium. Answers the number of pages and the widths of the pictures that were there. */
export async function printGuide(browser, markdownFile, pdfFile) {
  const page = await browser.newPage();
  try {
    // A base address of its own lets the pictures be found.
    await page.goto(pathToFileURL(join(dirname(markdownFile), 'README.md')).href);
    await page.setContent(
      `<base href="${pathToFileURL(dirname(markdownFile)).href}/"><style>${STYLE}</style>${htmlOf(readFileSync(markdownFile, 'utf8'))}`,
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
