import { expect, it } from 'vitest';
import { QrBody } from '../../shared/wire/web-app.ts';
import { parse } from './parse.ts';

const body = { agent_id: '42', qr_text: 'https://pay.example/p/1' };

// Told to anyone who wrote the web app, who has to know what to change.
it.each([
  [{ ...body, qr_text: '' }, 'qr_text must not be empty.'],
  [{ ...body, qr_text: 'x'.repeat(3_000) }, 'qr_text must have at most 2953 bytes.'],
  [{ ...body, customer_name: 'x'.repeat(201) }, 'customer_name must have at most 200 characters.'],
  [{ ...body, expires_in: 0 }, 'expires_in must be at least 1.'],
  [{ ...body, display_seconds: 90_000 }, 'display_seconds must be at most 86400.'],
  [{ ...body, agent_id: { $ne: null } }, 'agent_id has the wrong type: expected (string | number).'],
  [{ agent_id: '42' }, 'The body needs either qr_image or qr_text.'],
])('$1', (input, sentence) => {
  expect(() => parse(QrBody, input, 'body')).toThrow(sentence);
});
