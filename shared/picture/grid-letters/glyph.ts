/** A letter as cells of a grid, read from drawings of dots and hashes. */

export interface Glyph {
  /** In cells, without the gap to the next letter. */
  readonly width: number;
  /** Of the first row: 0 is the top of capitals, 6 the row that they stand on, more hangs below. */
  readonly top: number;
  /** True is black. */
  readonly rows: readonly (readonly boolean[])[];
}

export type GlyphTable = ReadonlyMap<string, Glyph>;

/**
 * Blocks with a blank line between: a line of letters, then the rows of all of them side by side.
 * @param top of each glyph's first row
 */
export function glyphsOf(top: number, drawings: string): GlyphTable {
  const glyphs = new Map<string, Glyph>();
  for (const block of drawings.trim().split(/\n\s*\n/)) {
    const [names, ...lines] = block.split('\n').map((line) => line.trim().split(/\s+/));
    names.forEach((name, i) => {
      const rows = lines.map((line) => [...line[i]].map((cell) => cell === '#'));
      if (rows.some((row) => row.length !== rows[0].length)) throw new Error(`The rows of ${name} differ in width.`);
      glyphs.set(name, { width: rows[0].length, top, rows });
    });
  }
  return glyphs;
}

/** Letters of another script that look just the same. */
export function alike(letters: string, models: string, table: GlyphTable): GlyphTable {
  const pairs = [...letters].map((letter, i) => [letter, table.get([...models][i])] as const);
  return new Map(pairs.flatMap(([letter, glyph]) => (glyph ? [[letter, glyph] as const] : [])));
}
