import { expect, it } from 'vitest';
import { PictureError } from '../picture/picture.ts';
import { failureOf } from './reports.ts';

it('a failure’s text is a sentence, and its code stands beside it', () => {
  const error = new PictureError('no_contrast', 'The picture is of one colour; the display would stay blank.');
  expect(failureOf('c1', error)).toEqual({
    command_id: 'c1',
    status: 'failed',
    reason: 'bad_picture',
    error: 'The picture is of one colour; the display would stay blank.',
    picture: { note: 'no_contrast' },
  });
});
