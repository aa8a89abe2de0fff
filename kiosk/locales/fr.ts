/** French, by the ids used in the code; a test checks that none is missing and none is left over. */
import { str } from '@lit/localize';

export const templates = {
  'qr.uploading': str`Envoi ${0} %`,
};
