/** Runs one hostile input through the maker: it becomes a picture or a refusal with a closed code, nothing else. */
import { hasErrorName } from '../../../shared/wire/errors.ts';
import { PICTURE_NOTES } from '../../../shared/picture/notes.ts';
import { PICTURE_ERRORS, type PictureMaker } from '../../../shared/picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';

const isOneOf = (codes: readonly string[], code: unknown): boolean => codes.some((each) => each === code);

/** The error code, or `made` with its note. @throws for what must not happen */
export async function outcomeOf(dataUri: string, maker: PictureMaker): Promise<string> {
  try {
    const { jpeg, facts } = await maker.make(
      { kind: 'qr', source: { kind: 'image', dataUri } },
      { settings: DEFAULT_PICTURE_SETTINGS, baudRate: 9_600 },
    );
    if (jpeg.length === 0 || jpeg.length >= 80_000) throw new Error(`A picture of ${jpeg.length} bytes.`);
    if (facts.note !== undefined && !isOneOf(PICTURE_NOTES, facts.note))
      throw new Error(`An unknown note ${facts.note}.`);
    if (facts.verified !== true && facts.note === undefined) throw new Error('Neither verified nor noted.');
    return `made, ${facts.note ?? 'verified'}`;
  } catch (error) {
    if (!hasErrorName(error, 'PictureError')) throw error;
    const { code } = error as { code?: unknown };
    if (!isOneOf(PICTURE_ERRORS, code)) throw new Error(`An unknown code ${String(code)}.`, { cause: error });
    return String(code);
  }
}
