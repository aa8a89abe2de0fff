import { describe, expect, it } from 'vitest';
import { displayAdvice } from '../../../kiosk/words/display-advice.ts';
import type { StationView } from '../../../kiosk/data/station-view.ts';
import { FAULT_ROWS } from '../../contracts/fault-rows.ts';

/** `error (needs_replug)` as the page's view of the display. */
function displayOf(words: string): StationView['display'] {
  const [, state, cause] = /^(\w+)(?: \((\w+)\))?$/.exec(words) ?? [];
  return { state, ...(cause === undefined ? {} : { cause }) } as StationView['display'];
}

const read = [...new Set(FAULT_ROWS.flatMap(({ agentReads }) => agentReads))];

describe('what the page says of each trouble in the fault matrix', () => {
  it('covers unplugged, recovering and every error', () => {
    expect(read.sort()).toEqual([
      'error (needs_replug)',
      'error (port_busy)',
      'recovering (broken_transfer)',
      'unplugged (lost)',
    ]);
  });

  it.each(read.filter((words) => !words.startsWith('recovering')))('%s: what to do, step by step', (words) => {
    const advice = displayAdvice(displayOf(words));
    expect(advice?.title).toMatch(/\w{3}/);
    expect(advice?.steps.length).toBeGreaterThanOrEqual(2);
  });

  it('recovering: nothing, because there is nothing to do', () => {
    expect(displayAdvice(displayOf('recovering (broken_transfer)'))).toBeUndefined();
  });

  it('a dead board: unplug and plug in again, in so many words', () => {
    const advice = displayAdvice(displayOf('error (needs_replug)'));
    expect(advice?.steps.join(' ')).toMatch(/unplug.*plug it in again/i);
  });
});
