/** Comma-separated values (RFC 4180) that a spreadsheet opens without surprises. */

/** So that Excel takes the file for UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

export type Cell = string | number | null | undefined;

/** A text that begins like a formula is taken for one by spreadsheets (CWE-1236); a quote before it keeps it a text. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`;
