/** The user interface where there is no notification area: each line goes to the log. Tests read it too. */
import type { Log } from '../log/tray-log.ts';
import type { TrayUi } from './ui.ts';

export function createLogUi(log: Log): TrayUi {
  let before = '';
  return {
    show: ({ colour, tooltip }) => {
      const line = `${colour}: ${tooltip}`;
      if (line !== before) log.info('icon', line);
      before = line;
    },
    notify: ({ title, text }) => log.info('notice', `${title}: ${text}`),
    showBox: (title, text) => log.info('box', `${title}: ${text}`),
    ask: (title, question) => log.info('question', `${title}: ${question}`),
    open: (path) => log.info('open', path),
    close: async () => undefined,
  };
}
