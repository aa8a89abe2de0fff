/** The kiosk page starts here. */
import { startLocale } from './locales/localization.ts';
import './elements/kiosk-app.ts';
import './display-discovery.ts';

void startLocale();
