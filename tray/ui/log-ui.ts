/** Where there is no notification area, the log is the face. Tests read it too. */
import type { Log } from '../log/rolling-log.ts';
import type { Face } from './ui.ts';

export function createLogFace(log: Log): Face {
  let before = '';
  return {
    show: ({ colour, tooltip }) => {
      const line = `${colour}: ${tooltip}`;
      if (line !== before) log.info('icon', line);
      before = line;
    },
    notify: ({ title, text }) => log.info('notice', `${title}: ${text}`),
    tell: (title, text) => log.info('box', `${title}: ${text}`),
    open: (path) => log.info('open', path),
    close: async () => undefined,
  };
}
