/**
 * One line of text to pixels, in plain JavaScript: shaped by fontkit (ligatures, accents, right to left), filled here.
 */
import type { Font } from 'fontkit';
import { TEXT_BASELINE, TEXT_LINE, type Raster } from '../../../shared/picture/picture.ts';
import { lettersOf, type Weight } from './fonts.ts';
import { runsOf } from './runs.ts';
import { CoverageSheet } from './rasterise.ts';

/** Longest line that is drawn, in px; what is longer would not fit the display in any layout. */
const MAX_WIDTH_PX = 4_096;

type Glyph = ReturnType<Font['layout']>['glyphs'][number];

/** A glyph and where it starts, in px. */
interface Set {
  readonly glyph: Glyph;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export async function drawText(text: string, heightPx: number, weight: Weight): Promise<Raster> {
  const { glyphs, width } = await setLine(text, heightPx, weight);
  const sheet = new CoverageSheet(
    Math.min(MAX_WIDTH_PX, Math.max(1, Math.ceil(width))),
    Math.ceil(heightPx * TEXT_LINE),
  );
  for (const each of glyphs) fillGlyph(sheet, each);
  return blackOnWhite(sheet);
}

async function setLine(
  text: string,
  heightPx: number,
  weight: Weight,
): Promise<{ readonly glyphs: readonly Set[]; readonly width: number }> {
  const glyphs: Set[] = [];
  let x = 0;
  for (const run of runsOf(await lettersOf(text, weight))) {
    const scale = heightPx / run.font.unitsPerEm;
    const line = run.font.layout(run.text, undefined, undefined, undefined, run.direction);
    line.glyphs.forEach((glyph, i) => {
      const { xAdvance, xOffset, yOffset } = line.positions[i];
      glyphs.push({ glyph, scale, x: x + xOffset * scale, y: heightPx * TEXT_BASELINE - yOffset * scale });
      x += xAdvance * scale;
    });
  }
  return { glyphs, width: x };
}

function fillGlyph(sheet: CoverageSheet, { glyph, scale, x, y }: Set): void {
  for (const { command, args } of glyph.path.commands) {
    const at = args.map((value, i) => (i % 2 === 0 ? x + value * scale : y - value * scale));
    switch (command) {
      case 'moveTo':
        sheet.moveTo(at[0], at[1]);
        break;
      case 'lineTo':
        sheet.lineTo(at[0], at[1]);
        break;
      case 'quadraticCurveTo':
        sheet.quadraticTo(at[0], at[1], at[2], at[3]);
        break;
      case 'bezierCurveTo':
        sheet.cubicTo(at[0], at[1], at[2], at[3], at[4], at[5]);
        break;
      case 'closePath':
        sheet.close();
        break;
    }
  }
  sheet.close();
}

function blackOnWhite(sheet: CoverageSheet): Raster {
  const coverage = sheet.coverage();
  const data = new Uint8ClampedArray(coverage.length * 4).fill(255);
  coverage.forEach((inside, i) => data.fill(255 - inside, i * 4, i * 4 + 3));
  return { width: sheet.width, height: sheet.height, data };
}
