/**
 * An agent's token posts texts that are formulas once an admin opens the exported history, split at comma, `;` or tab.
 */
import { expect, it } from 'vitest';
import { csvLine } from '../../relay/admin/csv.ts';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS } from '../support/relay-app.ts';

const FORMULA = '=HYPERLINK("http://evil.example","see")';
const ATTACKS = [
  FORMULA,
  `Ada;${FORMULA}`,
  `Ada\t${FORMULA}`,
  `Ada; "${FORMULA}`,
  `Ada;" '${FORMULA}`,
  `a,b;${FORMULA}`,
  ` ${FORMULA}`,
  `;;+1+1`,
  `"; -1+1`,
  `x;@SUM(1)`,
  `x;＝1+1`,
];

/**
 * As spreadsheets split: a quotation mark counts only at the beginning of a cell; what follows the closing one is kept.
 */
function cellsOf(text: string, separators: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; at < text.length && !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        cell += text[at];
        if (text[at] === '"') at++;
      }
      at++;
    }
    for (; at < text.length && !separators.includes(text[at]) && !'\r\n'.includes(text[at]); at++) cell += text[at];
    cells.push(cell);
  }
  return cells;
}

const beginsFormula = (cell: string): boolean => /^[\s"]*[=+\-@＝＋－＠]/.test(cell) && !/^-?\d+$/.test(cell);

it('a text of nothing but tabs is looked through once', () => {
  // Looked through again from each tab, this would take minutes.
  expect(csvLine([`${'\t'.repeat(300_000)}x`])).toHaveLength(300_005);
  expect(csvLine([`${'\t'.repeat(3)}=1`])).toBe(`"'\t\t\t'=1"\r\n`);
});

onEachStore('a formula in a QR’s texts', (start) => {
  it('is a text in the exported history, wherever the spreadsheet splits it', async () => {
    const relay = await start();
    await relay.counter(FORMULA, 'd1');
    // A tab is refused by the API already.
    for (const reference of ATTACKS.filter((text) => !text.includes('\t')))
      await relay.qr(FORMULA, { reference, customer_name: reference });
    // What the list of displays has of others: names, and what a kiosk says of itself, with a tab as well.
    for (const [n, text] of ATTACKS.entries()) {
      const name = `${text.replaceAll('\t', ';')} ${n}`;
      const asked = { device_id: `d-${n}`, computer_name: name, version: text, com_port: text, kind: 'kiosk' };
      expect((await relay.post('/register', asked, KEYS.admin)).status).toBe(200);
      const link = { agent_id: name, agent_name: name, device_id: `d-${n}` };
      expect((await relay.post('/link', link, KEYS.app)).status).toBe(200);
    }
    const texts = await Promise.all(
      ['/history', '/history/days', '/audit', '/list'].map(
        async (path) => (await relay.admin('GET', `${path}?format=csv`)).text,
      ),
    );
    for (const text of texts) expect(text).toContain('HYPERLINK');
    for (const text of texts)
      for (const separators of [',', ';', '\t', ',;\t'])
        expect(cellsOf(text, separators).filter(beginsFormula), separators).toEqual([]);
  });
});

it('is neutral behind a line break inside a cell as well, and what is no formula stays as it is', () => {
  for (const attack of ATTACKS)
    for (const separators of [',', ';', '\t'])
      expect(cellsOf(csvLine(['a', attack, 'b']), separators).filter(beginsFormula)).toEqual([]);
  const line = csvLine(['Ada\n=1+1', 'a;b', 'x - y', 12, -3, 'Ада (=2)']);
  expect(cellsOf(line, ';').filter(beginsFormula)).toEqual([]);
  expect(cellsOf(line, ',')).toEqual(expect.arrayContaining(['a;b', 'x - y', '12', '-3', 'Ада (=2)']));
});
