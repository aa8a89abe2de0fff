/** The corpus: what web apps may send, by class, the same in every run. */
import { drawCode, LIBRARIES, type Ecc } from './codes.ts';
import { beside, blank, fill, paintCode, toDataUri, type Colour, type Look } from './paint.ts';
import { emvString, linkOfVersion, otherScripts } from './payloads.ts';
import { Dice } from './random.ts';

export const CLASSES = [
  'plain', 'quiet', 'coloured', 'tinted', 'inverted', 'transparent', 'jpeg', 'turned', 'mirrored', 'antialiased', 'dots',
  'logo', 'card', 'scripts', 'emv', 'emv-wrong', 'two', 'none',
] as const; // prettier-ignore
type Class = (typeof CLASSES)[number];

export interface Case {
  readonly name: string;
  readonly kind: Class;
  readonly dataUri: string;
  /** What it says; undefined where there is no code, or more than one. */
  readonly payload: string | undefined;
  /** So clear that it must be found and verified. What is tiny or damaged may be, and then must be right. */
  readonly clear: boolean;
  readonly baudRate: number;
}

const ECCS: readonly Ecc[] = ['L', 'M', 'Q', 'H'];
/** Share of the side that a logo may cover at each level, with some to spare. */
const LOGO: Readonly<Record<Ecc, number>> = { L: 0.12, M: 0.2, Q: 0.26, H: 0.3 };
/** In a version 1 the same share is more codewords than the code can do without: no decoder reads it. */
const LOGO_OF_VERSION_1 = 0.6;

/**
 * @param index counts through versions 1…15, every fifteen through levels, and through libraries so that each draws
 * every version at every level: nothing repeats before 180
 */
export async function corpusCase(kind: Class, index: number): Promise<Case> {
  const dice = new Dice(index * 7_919 + CLASSES.indexOf(kind) * 104_729 + 1);
  const version = 1 + (index % 15);
  const ecc = ECCS[Math.floor(index / 15) % 4] ?? 'M';
  // zint writes other scripts in Shift JIS or with an ECI, which the decoders that check the outcome do not understand.
  const library = LIBRARIES[(index + Math.floor(index / 15)) % (kind === 'scripts' ? 2 : 3)] ?? 'uqr';
  const baudRate = dice.pick([9_600, 115_200, Infinity]);
  const base = { kind, baudRate, name: `${kind} ${index}: version ${version}-${ecc} by ${library}` };
  switch (kind) {
    case 'none':
      return { ...base, payload: undefined, clear: true, dataUri: toDataUri(noCode(dice)) };
    case 'two': {
      const [a, b] = await Promise.all(
        ['a', 'b'].map(async (text) =>
          paintCode(await drawCode(library, text.repeat(9), ecc), { sizePx: 240, quiet: 4 }),
        ),
      );
      if (!a || !b) throw new Error('Two codes are two.');
      return { ...base, payload: undefined, clear: true, dataUri: toDataUri(beside(a, b)) };
    }
    default: {
      const payload = payloadFor(kind, dice, version, ecc);
      // Of the short texts each library takes the version that it needs.
      const forced = kind === 'scripts' || kind.startsWith('emv') ? undefined : version;
      const modules = await drawCode(library, payload, ecc, forced);
      const look = lookFor(kind, dice, ecc, modules.length);
      const picture = paintCode(modules, look);
      const modulePx = look.sizePx / (modules.length + 2 * look.quiet);
      return {
        ...base,
        payload,
        clear: modulePx >= CLEAR_FROM_PX && look.quiet >= 1,
        dataUri: toDataUri(picture, look.jpegQuality),
      };
    }
  }
}

/** Smaller modules than this may be missed. */
const CLEAR_FROM_PX = 3.5;

function payloadFor(kind: Class, dice: Dice, version: number, ecc: Ecc): string {
  if (kind === 'scripts') return otherScripts(dice);
  if (kind === 'emv') return emvString(dice, 'right');
  if (kind === 'emv-wrong') return emvString(dice, 'wrong');
  return linkOfVersion(dice, version, ecc);
}

function lookFor(kind: Class, dice: Dice, ecc: Ecc, modules: number): Look {
  const quiet = kind === 'quiet' ? dice.whole(0, 4) : kind === 'card' ? 2 : 4;
  const span = modules + 2 * quiet;
  const plain = { sizePx: dice.whole(150, 1000), quiet };
  const roomy = { sizePx: Math.min(1000, Math.max(300, Math.round(span * (4.5 + 4 * dice.next())))), quiet };
  const darkColour = (): Colour => [dice.whole(0, 90), dice.whole(0, 70), dice.whole(0, 110)];
  switch (kind) {
    case 'coloured':
      return { ...roomy, dark: darkColour() };
    case 'tinted':
      return {
        ...roomy,
        dark: darkColour(),
        light: [dice.whole(215, 255), dice.whole(215, 255), dice.whole(190, 255)],
      };
    case 'inverted':
      return { ...roomy, dark: [255, 255, 255], light: [dice.whole(0, 40), dice.whole(0, 40), dice.whole(0, 60)] };
    case 'transparent':
      return { ...roomy, light: 'transparent' };
    case 'jpeg':
      return { ...roomy, jpegQuality: dice.whole(40, 92) };
    case 'turned':
      return { ...roomy, turns: dice.pick([1, 2, 3]) };
    case 'mirrored':
      return { ...roomy, mirrored: true };
    case 'antialiased':
      return { ...roomy, style: 'antialiased' };
    case 'dots':
      return { ...roomy, sizePx: Math.max(roomy.sizePx, span * 6), style: 'dots' };
    case 'logo':
      return { ...roomy, logo: LOGO[ecc] * (modules === 21 ? LOGO_OF_VERSION_1 : 1) };
    case 'card':
      return { ...roomy, card: true };
    default:
      return plain;
  }
}

/** A landscape of soft colours with noise, or a page of "text". */
function noCode(dice: Dice): ReturnType<typeof blank> {
  const picture = blank(dice.whole(150, 700), dice.whole(150, 700), [250, 250, 245]);
  if (dice.next() < 0.5) {
    for (let y = 20; y + 8 < picture.height; y += 16)
      for (let x = 20; x + 12 < picture.width - 20; x += dice.whole(8, 30))
        fill(picture, x, y, Math.min(dice.whole(3, 12), picture.width - x), 7, [40, 40, 40]);
    return picture;
  }
  for (let i = 0; i < picture.data.length; i += 4) {
    const [x, y] = [(i / 4) % picture.width, Math.floor(i / 4 / picture.width)];
    const sky = 128 + 100 * Math.sin(x / 90 + y / 140);
    for (let c = 0; c < 3; c++) picture.data[i + c] = Math.max(0, Math.min(255, sky + c * 20 + dice.whole(-25, 25)));
  }
  return picture;
}
