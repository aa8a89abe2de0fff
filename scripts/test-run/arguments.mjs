/** The arguments of `npm test` and its kin: `--long` is theirs, everything else goes to vitest as it is. */
import { parseArgs } from 'node:util';

/**
 * @param {readonly string[]} args
 * @returns {{ long: boolean, rest: string[] }}
 */
export function readArguments(args) {
  // Not strict: vitest's own options are not known here.
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { long: { type: 'boolean', default: false } },
    strict: false,
    tokens: true,
  });
  const own = new Set(
    tokens.filter(({ kind, name }) => kind === 'option' && name === 'long').map(({ index }) => index),
  );
  return { long: values.long === true, rest: args.filter((_arg, index) => !own.has(index)) };
}
