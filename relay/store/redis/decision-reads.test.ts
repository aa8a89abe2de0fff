import { expect, it } from 'vitest';
import { ApiError } from '../../../shared/wire/errors.ts';
import { DecisionReads, MGET_KEYS, type Reading } from './decision-reads.ts';

const read = (version: string): Reading => ({ kind: 'read', packed: { version, record: undefined } });
const damaged: Reading = { kind: 'damaged', error: new ApiError('store_unavailable', 'A record is damaged.') };

it('what a decision missed is read next, as much as one call takes', () => {
  const reads = new DecisionReads();
  reads.add([['device:a', read('1')]]);
  expect(reads.missing(new Set(['device:a', 'agent:b', 'agent:c']))).toEqual(['agent:b', 'agent:c']);
  const many = Array.from({ length: MGET_KEYS + 1 }, (_, n) => `enrol:${n}`);
  expect(reads.missing(new Set(many))).toEqual(many.slice(0, MGET_KEYS));
});

it('one call reads of one moment, two do not', () => {
  const reads = new DecisionReads();
  expect(reads.areOfOneMoment).toBe(true);
  reads.add([
    ['device:a', read('1')],
    ['agent:b', read('2')],
  ]);
  expect(reads.areOfOneMoment).toBe(true);
  reads.add([['link:c', read('3')]]);
  expect(reads.areOfOneMoment).toBe(false);
});

it('a decision rests on what its last try looked at: no more is held against it, and no other damage stops it', () => {
  const reads = new DecisionReads();
  reads.add([
    ['device:a', read('1')],
    ['enrol:b', damaged],
  ]);
  expect(reads.record('enrol:b')).toBeUndefined();
  expect(reads.versions(new Set(['device:a']))).toEqual([['device:a', '1']]);
  expect(() => reads.versions(new Set(['device:a', 'enrol:b']))).toThrow('A record is damaged.');
});
