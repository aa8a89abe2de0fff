/** What a display's check found, in the page's language. */
import { msg, str } from '@lit/localize';
import { checkSentences } from '../../../../shared/station/check-words.ts';
import type { DisplayCheck } from '../../../../shared/wire/display-check.ts';
import { currentLocale } from '../locales/localization.ts';

export const checkWords = (check: DisplayCheck): string => checkSentences(check, currentLocale()).join(' ');

/** For the notice: what it advises, or why there is nothing to say. */
export function checkOutcome(display: string, check: DisplayCheck | undefined, error: string | null): string {
  if (check !== undefined) {
    const advice = checkSentences(check, currentLocale()).at(-1) ?? '';
    return msg(str`${display} was checked. ${advice}`, { id: 'admin.check.done' });
  }
  return msg(str`${display} could not be checked. ${error ?? ''}`, { id: 'admin.check.failed' });
}
