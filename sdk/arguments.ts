/** What a page passes, looked at before it is used: a page in JavaScript may pass anything. */
import { meantName, nearestName } from './nearest-name.ts';
import type { Failure } from './types.ts';

export const badArgument = (error: string): Failure => ({ success: false, code: 'bad_argument', error });

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids and amounts. JSON has neither NaN nor infinity, and would leave them out without a word. */
export const isTextOrNumber = (value: unknown): value is string | number =>
  typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));

/** The message of whatever was thrown; never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something without a message';
  }
}

type Kind = 'text' | 'text or number' | 'number' | 'true or false' | 'function';

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  'text or number': isTextOrNumber,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  'true or false': (value) => typeof value === 'boolean',
  function: (value) => typeof value === 'function',
};

/** The first given field that is of another kind, as a sentence. */
export function wrongKind(
  whose: string,
  given: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, Kind>>,
): Failure | undefined {
  for (const [name, kind] of Object.entries(kinds))
    if (isGiven(given[name]) && !IS[kind](given[name]))
      return badArgument(`${whose}: ${name} must be ${kind === 'true or false' ? kind : `a ${kind}`}.`);
  return undefined;
}

/**
 * A field that is not known. `any`: of an object that holds nothing else. `slips`: of one that may hold more than is
 * meant for us, only what surely was meant for us and is not given under its right name.
 */
export function unknownField(
  whose: string,
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  refused: 'any' | 'slips',
): Failure | undefined {
  for (const name of Object.keys(given)) {
    if (known.includes(name) || !isGiven(given[name])) continue;
    const meant = refused === 'any' ? nearestName(name, known) : meantName(name, known);
    if (refused === 'slips' && (meant === undefined || isGiven(given[meant]))) continue;
    return badArgument(`${whose}: there is no field “${name}”.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
  }
  return undefined;
}
