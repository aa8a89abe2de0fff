/** What an operator should know of the relay itself, in the page's language. */
import { msg, str } from '@lit/localize';
import type { AdminNotice } from '../../../../shared/wire/admin/fleet.ts';
import { lengthWords, momentWords } from '../data/age.ts';
import { formatLocale } from '../locales/localization.ts';

export function relayNoticeWords(notice: AdminNotice): string {
  switch (notice.kind) {
    case 'clock_jump': {
      const at = momentWords(notice.at, formatLocale());
      const by = lengthWords(Math.abs(notice.by_seconds) * 1000);
      return notice.by_seconds < 0
        ? msg(
            str`The relay’s clock was set back by ${by}; the new time was ${at}. Links and codes keep the time that they had left. Have a time service keep the clock.`,
            { id: 'admin.relay_notice.clock_back' },
          )
        : msg(
            str`The relay’s clock was set forward by ${by}; the new time was ${at}. Links keep the time that they had left. Have a time service keep the clock.`,
            { id: 'admin.relay_notice.clock_forward' },
          );
    }
    case 'legacy_page': {
      const at = momentWords(notice.at, formatLocale());
      return msg(
        str`A page of the web app still calls with LEGACY_API_KEY (last ${at}). It takes a display from another agent without asking: the last one to log in has it. Replace the page (docs/migration.md).`,
        { id: 'admin.relay_notice.legacy_page' },
      );
    }
    case 'settings_differ': {
      const names = notice.settings.join(', ');
      return msg(
        str`The relays of this store have different settings, so that what happens depends on which one is asked: ${names}. Set them alike and restart; each relay’s log names the others.`,
        { id: 'admin.relay_notice.settings_differ' },
      );
    }
  }
}
