/** Closed codes of a report's `picture.note`: why a picture is not verified, or what is odd about one that is. */
export const PICTURE_NOTES = [
  /** The image holds no QR code; it is shown as it is. */
  'no_code',
  /** The image holds more than one; it is shown as it is. */
  'several_codes',
  /** The site wants its pictures kept (`picture: photo`). */
  'kept_as_photo',
  /** The code has too many modules to be drawn anew on this display; the image is shown as it is. */
  'does_not_fit',
  /** The sent bytes were not read back as the payload, as they are or through a blurred camera. */
  'not_read_back',
  /** Some module's middle is neither dark nor light enough. */
  'weak_contrast',
  /** Verified, but the payment string's own checksum is wrong: a bank's app will refuse it (EMVCo MPM, 4.7.3). */
  'emv_crc_mismatch',
  /** Verified, but the payload begins like a payment string (`000201`) and does not parse to its end. */
  'emv_malformed',
] as const;
export type PictureNote = (typeof PICTURE_NOTES)[number];
