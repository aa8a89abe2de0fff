/** What a check of the display looks at, and what it found, in the page's language. */
import { msg } from '@lit/localize';
import type { CheckStep } from '../../../../shared/station/check-conversation.ts';
import { checkSentences } from '../../../../shared/station/check-words.ts';
import type { DisplayCheck } from '../../../../shared/wire/display-check.ts';
import { currentLocale } from '../locales/localization.ts';

export function stepWords(step: CheckStep): string {
  switch (step) {
    case 'speed':
      return msg('Looking for its speed …', { id: 'check.step.speed' });
    case 'rotation':
      return msg('Starting its idle pictures …', { id: 'check.step.rotation' });
    case 'picture':
      return msg('Sending the test card …', { id: 'check.step.picture' });
    case 'delete':
      return msg('Deleting the test card …', { id: 'check.step.delete' });
    case 'own_code':
      return msg('Asking it to draw a code …', { id: 'check.step.own_code' });
  }
}

/** Whole sentences, the advice last. */
export const checkedWords = (check: DisplayCheck): readonly string[] => checkSentences(check, currentLocale());
