/**
 * How the virtual display draws the screens that a firmware draws by itself. How a real one looks (theme, sizes) is its
 * firmware's; this shows what is written on it.
 */
import type { ImageTools, Screen } from '../../shared/picture/picture.ts';
import { drawText } from '../../shared/picture/qr/draw.ts';
import { captionBlock } from '../../shared/picture/screens/caption.ts';
import { composeScreen } from '../../shared/picture/screens/compose.ts';
import { captionRoom, qrSheet } from '../../shared/picture/screens/qr-screen.ts';
import { writePanel } from '../../shared/picture/write-panel.ts';
import { DISPLAY_WIDTH } from '../../shared/wire/display.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../shared/wire/picture.ts';
import type { SimulatedScreen } from '../../shared/simulator/simulated-display.ts';

export type NativeScreen = Extract<SimulatedScreen, { kind: 'native' }>;

const QUALITY = 60;
const QUIET_MODULES = 8;

/** A JPEG of the display's size. */
export async function drawNativeScreen({ name, args }: NativeScreen, tools: ImageTools): Promise<Uint8Array> {
  if (name === 'qr') {
    const [payload = '', amount = '', id = ''] = args;
    const symbol = drawText(payload, 'M');
    const modulePx = Math.max(1, Math.floor(DISPLAY_WIDTH / (symbol.matrix.size + QUIET_MODULES)));
    const room = captionRoom(symbol.matrix.size, modulePx);
    const caption = await captionBlock(tools, { name: id, amount }, room, 'smooth');
    return writePanel(qrSheet(symbol, modulePx, caption).bitmap, QUALITY);
  }
  const screen = otherScreen(name, args);
  const bitmap = await composeScreen(screen, tools, DEFAULT_PICTURE_SETTINGS, 'smooth');
  return writePanel(bitmap, QUALITY, screen.kind === 'paid' ? 'green' : undefined);
}

function otherScreen(
  name: Exclude<NativeScreen['name'], 'qr'>,
  args: readonly string[],
): Exclude<Screen, { kind: 'qr' }> {
  switch (name) {
    case 'success':
      return { kind: 'paid', caption: { amount: args[1] ?? '' } };
    case 'fail':
    case 'cancel':
      return { kind: 'cancelled' };
    case 'welcome':
      return args[0] === undefined || args[0] === '' ? { kind: 'idle' } : { kind: 'message', text: args[0] };
  }
}
