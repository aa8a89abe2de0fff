/** What is odd about a picture, in an agent's words: for the kiosk page, the tray and their log. Pure. */
import type { PictureNote } from '../picture/notes.ts';
import type { PictureErrorCode } from '../picture/picture.ts';
import type { PictureFacts } from '../wire/picture.ts';

type Language = 'en' | 'fr';

interface PictureWords {
  /** Of a picture that is shown. */
  readonly notes: Readonly<Record<PictureNote, string>>;
  /** Of one that cannot be shown. */
  readonly refusals: Readonly<Record<PictureErrorCode, string>>;
  /** What of the caption is shown, where it is not all. */
  readonly captions: Readonly<Record<'amount' | 'none', string>>;
}

const WORDS: Readonly<Record<Language, PictureWords>> = {
  en: {
    notes: {
      no_code: 'No QR code was found in the picture; it is shown as it was sent.',
      several_codes: 'The picture holds more than one QR code; it is shown as it was sent.',
      kept_as_photo: 'The picture is shown as it was sent, as this site wants it.',
      does_not_fit: 'The code is too fine for this display; the picture is shown as it was sent.',
      not_read_back: 'The code could not be read back; a phone may fail to read it.',
      weak_contrast: 'The code is pale; a phone may fail to read it.',
      emv_crc_mismatch: 'The payment code has a wrong checksum; the customer’s bank may refuse it.',
      emv_malformed: 'The payment code breaks off; the customer’s bank may refuse it.',
    },
    refusals: {
      not_an_image: 'What the web app sent is no picture, or a damaged one.',
      image_too_large: 'The picture is too large.',
      unsupported_image: 'The picture is of a kind that cannot be shown.',
      no_contrast: 'The picture is of one shade; nobody would see anything in it.',
      text_too_long: 'The text is too long for a QR code.',
      bad_text: 'The text breaks off inside a character.',
      does_not_fit: 'The code is too fine for this display.',
      no_code: 'No QR code was found in the picture.',
      several_codes: 'The picture holds more than one QR code.',
    },
    captions: {
      amount: 'The name did not fit; the amount is shown.',
      none: 'There was no room for name and amount; the code is shown alone.',
    },
  },
  fr: {
    notes: {
      no_code: 'Aucun QR n’a été trouvé dans l’image ; elle est affichée telle quelle.',
      several_codes: 'L’image contient plus d’un QR ; elle est affichée telle quelle.',
      kept_as_photo: 'L’image est affichée telle quelle, comme ce site le veut.',
      does_not_fit: 'Le code est trop fin pour cet écran ; l’image est affichée telle quelle.',
      not_read_back: 'Le code n’a pas pu être relu ; un téléphone peut ne pas le lire.',
      weak_contrast: 'Le code est pâle ; un téléphone peut ne pas le lire.',
      emv_crc_mismatch: 'La somme de contrôle du code de paiement est fausse ; la banque du client peut le refuser.',
      emv_malformed: 'Le code de paiement est tronqué ; la banque du client peut le refuser.',
    },
    refusals: {
      not_an_image: 'L’application n’a pas envoyé d’image, ou une image abîmée.',
      image_too_large: 'L’image est trop grande.',
      unsupported_image: 'Ce genre d’image ne peut pas être affiché.',
      no_contrast: 'L’image est d’une seule teinte ; personne n’y verrait rien.',
      text_too_long: 'Le texte est trop long pour un QR.',
      bad_text: 'Le texte s’arrête au milieu d’un caractère.',
      does_not_fit: 'Le code est trop fin pour cet écran.',
      no_code: 'Aucun QR n’a été trouvé dans l’image.',
      several_codes: 'L’image contient plus d’un QR.',
    },
    captions: {
      amount: 'Le nom n’avait pas la place ; le montant est affiché.',
      none: 'Il n’y avait pas la place pour le nom et le montant ; le code est affiché seul.',
    },
  },
};

/** @returns undefined for a code of another version */
const lookUp = (words: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined;

export const noteWords = (note: string, language: Language): string | undefined => lookUp(WORDS[language].notes, note);

export const refusalWords = (code: string, language: Language): string | undefined =>
  lookUp(WORDS[language].refusals, code);

/** `amount`: it alone is shown. `none`: nothing of the caption. Undefined: all that there was. */
export function missingOf({ caption }: PictureFacts): 'amount' | 'none' | undefined {
  return caption === 'amount' ? 'amount' : caption === false ? 'none' : undefined;
}

export const captionWords = (shown: string, language: Language): string | undefined =>
  lookUp(WORDS[language].captions, shown);

/** Whole sentences about a picture that is shown, what matters most first. */
export function remarksOn(facts: PictureFacts, language: Language): readonly string[] {
  const missing = missingOf(facts);
  const said = [
    facts.note === undefined ? undefined : noteWords(facts.note, language),
    missing && captionWords(missing, language),
  ];
  return said.filter((sentence) => sentence !== undefined);
}

/** What the site has chosen is nothing to worry about. */
export const isWorrying = ({ note }: PictureFacts): boolean => note !== undefined && note !== 'kept_as_photo';
