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
const FORMULA_AT_BEGINNING = /(^|[;\t\r\n])(?=[\s"']*[=+\-@＝＋－＠])/g;

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value.replace(FORMULA_AT_BEGINNING, "$1'");
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`;
