/** The demo page in English and French. */
import { createLocalization } from '../../../common/localization.ts';

export const { chooseLocale, currentLocale, formatLocale, startLocale } = createLocalization(() => import('./fr.ts'));
