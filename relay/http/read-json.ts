/**
 * A call's JSON body, read so that a stranger's bytes cost little: a limit by route, no compression, the nesting
 * counted before V8 parses. Knows no schema; parse.ts says what the JSON must hold.
 */
import type { Context } from 'koa';
import readBody from 'raw-body';
import { parse as parseJson } from 'secure-json-parse';
import { ApiError } from '../../shared/wire/errors.ts';

/** No call of the API nests deeper than four; a parser that follows thousands is what an attacker wants. */
export const MAX_DEPTH = 32;
/** No call has thirty fields. A thousand different names cost V8 a millisecond, two hundred thousand half a second. */
export const MAX_VALUES = 1_000;
const TOO_LARGE = 413;

/**
 * The body, parsed; undefined when it is empty. `limitBytes` is over the bytes on the wire. A key that would become a
 * prototype is refused.
 * @throws ApiError bad_json, too_large, unsupported_media_type
 */
export async function readJson(ctx: Context, limitBytes: number): Promise<unknown> {
  if (!ctx.is('json'))
    throw ctx.request.length === 0 || ctx.request.length === undefined
      ? new ApiError('bad_json', 'This call needs a JSON body.')
      : new ApiError('unsupported_media_type', 'Send the body as application/json.');
  // Twenty bytes can unpack to megabytes, and no picture or text gets smaller by it: they are compressed already.
  const encoding = ctx.get('Content-Encoding').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity')
    throw new ApiError('unsupported_media_type', 'Send the body without a Content-Encoding.');
  const bytes = await bytesOf(ctx, limitBytes);
  if (bytes.length === 0) return undefined;
  const text = decode(bytes, ctx.request.charset || 'utf-8');
  const { depth, values } = shapeOf(text);
  if (depth > MAX_DEPTH)
    throw new ApiError('bad_json', `The body is nested deeper than ${MAX_DEPTH} levels, which no call needs.`);
  if (values > MAX_VALUES)
    throw new ApiError('bad_json', `The body has more than ${MAX_VALUES} values, which no call needs.`);
  try {
    return parseJson(text, undefined, { protoAction: 'error', constructorAction: 'ignore' });
  } catch {
    throw new ApiError('bad_json', 'The body is not valid JSON.');
  }
}

async function bytesOf(ctx: Context, limit: number): Promise<Buffer> {
  try {
    return await readBody(ctx.req, { limit, length: ctx.get('Content-Length') || null });
  } catch (error) {
    if ((error as { status?: unknown }).status === TOO_LARGE)
      throw new ApiError('too_large', `The body is too large; this call takes at most ${Math.floor(limit / 1024)} KB.`);
    throw error;
  }
}

/** A letter that is decoded wrongly would become part of a payment code, so nothing is replaced. */
function decode(bytes: Uint8Array, charset: string): string {
  const decoder = decoderOf(charset);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ApiError('bad_json', `The body is not ${charset}; send UTF-8, or name its charset in Content-Type.`);
  }
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw new ApiError('unsupported_media_type', 'The charset in Content-Type is not known here; send UTF-8.');
  }
}

const BACKSLASH = 0x5c;

/**
 * How deep brackets nest, and how many values commas part, in one pass over the text. Strings are jumped over. For
 * text that is no JSON the numbers say nothing, and JSON.parse says the rest. Of the text that is parsed, not of its
 * bytes: in Shift_JIS or UTF-16 a letter has bytes that read like a quotation mark or a backslash, and brackets behind
 * it would hide in a string that is none.
 */
export function shapeOf(text: string): { readonly depth: number; readonly values: number } {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // `[` and `{`, `]` and `}` differ in one bit.
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x2c) values++;
    else if (code === 0x22) at = endOfString(text, at);
  }
  return { depth: deepest, values };
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
