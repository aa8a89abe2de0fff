/**
 * Why a call to the relay failed, in the page's language. The relay's own sentence is English and stands for the rest.
 */
import { msg } from '@lit/localize';
import { messageOf } from '../../../../shared/wire/errors.ts';
import { RelayRefusal } from '../data/relay-api.ts';

/** `watch`: the page asks again by itself. */
export type Asked = 'once' | 'watch';

export function problemWords(error: unknown, asked: Asked): string {
  // Nobody answered, or a proxy did in the relay's place.
  if (!(error instanceof RelayRefusal)) return noAnswer(asked);
  switch (error.code) {
    case 'no_code':
    case 'store_unavailable':
    case 'shutting_down':
      return noAnswer(asked);
    case 'unauthorized':
      return msg('Open the demo by the address that the relay printed when it started last.', {
        id: 'demo.problem.address',
      });
    case 'forbidden':
      return msg('The demo works only on the machine that the relay runs on.', { id: 'demo.problem.forbidden' });
    case 'rate_limited':
      return msg('Too many requests at once. Try again in a moment.', { id: 'demo.problem.rate_limited' });
    case 'bad_image':
    case 'too_large':
      return msg('This picture cannot be shown: send a PNG or JPEG of at most 1.5 MB.', { id: 'demo.problem.image' });
    default:
      return messageOf(error);
  }
}

const noAnswer = (asked: Asked): string =>
  asked === 'watch'
    ? msg('The relay does not answer. This page goes on asking.', { id: 'demo.problem.watching' })
    : msg('The relay does not answer. Try again when it is back.', { id: 'demo.problem.no_answer' });
