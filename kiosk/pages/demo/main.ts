/** The demo page starts here. */
import { startLocale } from './locales/localization.ts';

// The page's words come with its first picture, whatever the language.
await startLocale();
await import('./elements/demo-counter.ts');
