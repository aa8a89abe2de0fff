/** Comma-separated values (RFC 4180) that a spreadsheet opens without surprises. */

/** So that Excel takes the file for UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

export type Cell = string | number | null | undefined;

/**
 * A text that begins like a formula is taken for one by spreadsheets (CWE-1236); an apostrophe before it keeps it a
 * text. A spreadsheet may split this file at `;` or tab instead, where quotation marks inside a line protect nothing.
 * So what follows one of these, or a line break, counts as a beginning too. Spaces and quotation marks before it are
 * skipped.
 */
const BEFORE_FORMULA = /[;\s"']+/g;
const FORMULA = /[=+\-@＝＋－＠]/;
const SEPARATOR = /[;\t\r\n](?=[^;\t\r\n]*$)/;

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = neutral(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One look at each run of what may stand before a formula, because a display may report a thousand tabs. */
function neutral(value: string): string {
  const inside = value.replace(BEFORE_FORMULA, (run, at: number) =>
    FORMULA.test(value.charAt(at + run.length)) ? run.replace(SEPARATOR, "$&'") : run,
  );
  const [before = ''] = /^[;\s"']*/.exec(value) ?? [];
  return FORMULA.test(value.charAt(before.length)) ? `'${inside}` : inside;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`;
