/** Bodies and queries, parsed by their schema or refused with a sentence that names the field. */
import * as v from 'valibot';
import { nearestName } from '../../sdk/nearest-name.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { imageMimeOf } from '../../shared/wire/image-signature.ts';

// A caller reads what to change; the package's own words would be `Invalid length: Expected >=1 but received 0`.
v.setSpecificMessage(v.minLength, ({ requirement }) =>
  requirement === 1 ? 'must not be empty' : `must have at least ${requirement} characters`,
);
v.setSpecificMessage(v.maxLength, ({ requirement }) => `must have at most ${requirement} characters`);
v.setSpecificMessage(v.maxBytes, ({ requirement }) => `must have at most ${requirement} bytes`);
v.setSpecificMessage(v.minValue, ({ requirement }) => `must be at least ${String(requirement)}`);
v.setSpecificMessage(v.maxValue, ({ requirement }) => `must be at most ${String(requirement)}`);

export function parse<S extends v.GenericSchema>(schema: S, input: unknown, what: 'body' | 'query'): v.InferOutput<S> {
  const parsed = v.safeParse(schema, input, { abortPipeEarly: true });
  if (parsed.success) return parsed.output;
  const unknown = parsed.issues.find(({ type, expected }) => type === 'strict_object' && expected === 'never');
  if (unknown) throw unknownField(schema, unknown);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  if (field === 'qr_image') {
    if (issue.type === 'max_length') throw new ApiError('too_large', 'qr_image must have at most 2 MB as a data URI.');
    if (typeof issue.input === 'string')
      throw new ApiError('bad_image', 'qr_image must be a PNG or JPEG as a base64 data URI.');
  }
  // The issue's own words may quote what was sent; a wrong type is told without it.
  const sentence = issue.kind === 'schema' ? `has the wrong type: expected ${issue.expected}` : issue.message;
  throw new ApiError('bad_request', field === null ? `The ${what} ${sentence}.` : `${field} ${sentence}.`, {
    ...(field === null ? {} : { field }),
  });
}

/**
 * The body without the fields that the call does not know: version 0.1 passed over them, and its web page may send
 * some.
 */
export function withoutUnknownFields(schema: v.GenericSchema, body: unknown): unknown {
  const { entries } = schema as { readonly entries?: object };
  if (entries === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([field]) => Object.hasOwn(entries, field)));
}

/** Characters of a name that is not known, in a sentence. */
const SHOWN_CHARS = 64;

/** Also when a field is missing beside it: that field is mostly the one that was meant. */
function unknownField(schema: v.GenericSchema, issue: v.BaseIssue<unknown>): ApiError {
  const field = (v.getDotPath(issue) ?? '').slice(0, SHOWN_CHARS);
  const { entries = {} } = schema as { readonly entries?: object };
  const meant = nearestName(field, Object.keys(entries));
  const question = meant === undefined ? 'See docs/api.md.' : `Did you mean ${meant}?`;
  return new ApiError('bad_request', `This call takes no field “${field}”. ${question}`, { field });
}

/** Base64 characters that hold the longest signature and then some. */
const HEAD_CHARS = 24;

/** Whether a data URI starts like a PNG or a JPEG, whichever it says it is; the picture code looks at the rest. */
export function checkImage(dataUri: string): void {
  const comma = dataUri.indexOf(',');
  const head = Buffer.from(dataUri.slice(comma + 1, comma + 1 + HEAD_CHARS), 'base64');
  if (imageMimeOf(head) === undefined)
    throw new ApiError('bad_image', 'qr_image is not a PNG or JPEG: its first bytes are those of something else.');
}
