/** What became of a case, looked at by decoders that the product does not use. */
import type { MadePicture, PictureMaker } from '../../../shared/picture/picture.ts';
import { createPictureMaker } from '../../../shared/picture/maker.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';
import { readZxingWasm } from '../../../tray/assets.ts';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import { jpegSize, readWithJsqr, readWithZbar } from '../simulator/decode.ts';
import { findTool } from '../requirements.ts';
import type { Case } from './cases.ts';

export const corpusMaker = async (): Promise<PictureMaker> =>
  createPictureMaker({ tools: nodeImageTools, wasm: await readZxingWasm() });

export const hasZbar = (): boolean => findTool('zbarimg') !== undefined;

/** Also asks zbarimg, which costs a process a picture. */
type Thoroughness = 'jsqr' | 'jsqr and zbar';

/** Sentences about what is wrong; none when all is well. */
export async function faultsOf(each: Case, maker: PictureMaker, thoroughness: Thoroughness): Promise<string[]> {
  const made = await maker.make(
    { kind: 'qr', source: { kind: 'image', dataUri: each.dataUri } },
    { settings: DEFAULT_PICTURE_SETTINGS, baudRate: each.baudRate },
  );
  return [...formFaults(made), ...honestyFaults(each, made), ...readingFaults(each, made, thoroughness)].map(
    (fault) => `${each.name}: ${fault} ${JSON.stringify(made.facts)}`,
  );
}

function formFaults({ jpeg }: MadePicture): string[] {
  const { width, height } = jpegSize(jpeg);
  return [
    ...(width === 320 && height === 480 ? [] : [`is ${width} x ${height}`]),
    ...(jpeg.length < 80_000 ? [] : [`has ${jpeg.length} bytes`]),
  ];
}

const NOTES: Readonly<Partial<Record<Case['kind'], string>>> = {
  two: 'several_codes',
  none: 'no_code',
  'emv-wrong': 'emv_crc_mismatch',
};

function honestyFaults({ kind, clear, payload }: Case, { facts, payload: said }: MadePicture): string[] {
  if (facts.verified === undefined) return ['does not say whether it is verified'];
  const faults: string[] = [];
  if (facts.verified && payload === undefined) faults.push('is verified without a code');
  if (facts.verified && said !== payload) faults.push('says something else than was sent');
  if (!facts.verified && facts.note === undefined) faults.push('does not say why it is not verified');
  if (clear && !facts.verified && payload !== undefined) faults.push('is not verified although it is clear');
  const wanted = NOTES[kind];
  if (wanted !== undefined && (clear || facts.verified) && facts.note !== wanted)
    faults.push(`should be noted ${wanted}`);
  if (wanted === undefined && facts.verified && facts.note !== undefined) faults.push('is noted without a reason');
  return faults;
}

/** Of a verified picture each decoder must read the payload or nothing, and one of them must read it. */
function readingFaults({ payload }: Case, { facts, jpeg }: MadePicture, thoroughness: Thoroughness): string[] {
  if (facts.verified !== true) return [];
  const readings = [readWithJsqr(jpeg)];
  if (hasZbar() && (thoroughness === 'jsqr and zbar' || readings[0] !== payload)) readings.push(readWithZbar(jpeg));
  const others = readings.filter((reading) => reading !== undefined && reading !== payload);
  return [
    ...others.map((reading) => `is read as ${JSON.stringify(reading)}`),
    ...(readings.includes(payload) ? [] : ['is verified and nobody else reads it']),
  ];
}
