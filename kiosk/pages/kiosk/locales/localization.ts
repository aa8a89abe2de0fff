/** The kiosk page in English and French. */
import { createLocalization } from '../../../common/localization.ts';

export const { chooseLocale, currentLocale, startLocale, useLocale } = createLocalization(() => import('./fr.ts'));
