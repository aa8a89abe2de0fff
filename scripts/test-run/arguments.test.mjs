import { expect, it } from 'vitest';
import { readArguments } from './arguments.mjs';

it.each([
  [[], { long: false, rest: [] }],
  [['--long'], { long: true, rest: [] }],
  [['relay/', '--long', '-t', 'a name'], { long: true, rest: ['relay/', '-t', 'a name'] }],
  [['5', '--retry=2', '--project', 'unit'], { long: false, rest: ['5', '--retry=2', '--project', 'unit'] }],
])('%j', (args, expected) => expect(readArguments(args)).toEqual(expected));
