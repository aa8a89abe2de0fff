/**
 * A panel for each table of docs/picture.md: bare modules, and sheets as the product lays them out, with shaded finder
 * patterns and letters.
 */
import QRCode from 'qrcode';
import type { Panel } from '../../../shared/picture/encode/panel-encoder.ts';
import type { Profile } from '../../../shared/picture/encode/profile.ts';
import { drawText } from '../../../shared/picture/qr/draw.ts';
import { captionBlock, captionText, NO_CAPTION, type CaptionBlock } from '../../../shared/picture/screens/caption.ts';
import { qrSheet } from '../../../shared/picture/screens/qr-screen.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import { panelWith, type ModuleRows } from './panels.ts';

interface TableSample {
  readonly table: string;
  readonly profile: Profile['name'];
  readonly panel: Panel;
  /** In px from the top; below stand letters at most. */
  readonly squaresEnd: number;
  /**
   * Modules end within pixels: of these the mean of four pixels in the middle is promised, as the proof looks at it,
   * not each pixel.
   */
  readonly between?: true;
}

export const codeOf = (version: number, text: string): ModuleRows => {
  const { modules } = QRCode.create(text, { version, errorCorrectionLevel: 'M' });
  return Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) => modules.get(row, column) === 1),
  );
};

type Drawn = Pick<TableSample, 'panel' | 'squaresEnd'>;

const bare = (version: number, modulePx: number): Drawn => {
  const panel = panelWith(codeOf(version, `https://pay.example/${version}`), modulePx);
  return { panel, squaresEnd: panel.height };
};

/** @param length of the text, which decides the version */
function sheet(length: number, modulePx: number, caption: CaptionBlock): Drawn {
  const symbol = drawText(`https://pay.example/${'i8f3a9c2e'.repeat(20)}`.slice(0, length), 'M');
  const { bitmap, placed } = qrSheet(symbol, modulePx, caption);
  return { panel: bitmap, squaresEnd: placed.y + Math.ceil(symbol.matrix.size * modulePx) };
}

export async function tableSamples(): Promise<readonly TableSample[]> {
  const said = { customerName: 'Åsa Lindström', amount: '1200.50', currency: 'THB' };
  const text = captionText(said, DEFAULT_PICTURE_SETTINGS);
  const caption = await captionBlock(nodeImageTools, text, 128, 'smooth');
  const grid = await captionBlock(nodeImageTools, text, 128, 'grid');
  return [
    { table: '8 px, flat blocks only', profile: 'crisp', ...bare(5, 8) },
    { table: 'crisp, 4 px', profile: 'crisp', ...bare(8, 4) },
    { table: 'fast, 4 px', profile: 'fast', ...bare(12, 4) },
    { table: 'fine, 6 px', profile: 'fine', ...bare(8, 6) },
    { table: 'a sheet of 8 px, its finder patterns shaded', profile: 'crisp', ...sheet(80, 8, NO_CAPTION) },
    { table: 'crisp, a sheet of 8 px with a caption', profile: 'crisp', ...sheet(80, 8, caption) },
    { table: 'crisp, a sheet of 4 px with a caption', profile: 'crisp', ...sheet(150, 4, caption) },
    { table: 'fast, a sheet of 4 px with a caption', profile: 'fast', ...sheet(150, 4, caption) },
    { table: 'crisp, a sheet of 8 px with grid letters', profile: 'crisp', ...sheet(80, 8, grid) },
    { table: 'crisp, a sheet of 4 px with grid letters', profile: 'crisp', ...sheet(150, 4, grid) },
    { table: 'fast, a sheet of 4 px with grid letters', profile: 'fast', ...sheet(150, 4, grid) },
    { table: 'fine, a sheet of 6 px with a caption', profile: 'fine', ...sheet(150, 6, caption) },
    { table: 'fine, a sheet of 4.5 px with a caption', profile: 'fine', between: true, ...sheet(180, 4.5, caption) },
  ];
}
