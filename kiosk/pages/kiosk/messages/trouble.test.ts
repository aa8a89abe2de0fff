import { describe, expect, it } from 'vitest';
import type { StationView } from '../data/station-view.ts';
import { showTabState } from '../controllers/tab-state.ts';
import { troubleWords } from './trouble.ts';

const well = { relay: { state: 'online' }, display: { state: 'ready' } } as const;
const words = (more: Partial<StationView>) => troubleWords({ ...well, ...more });

describe('what the tab says', () => {
  it.each<readonly [Partial<StationView>, string | undefined]>([
    [{}, undefined],
    [{ display: { state: 'uploading' } }, undefined],
    [{ display: { state: 'connecting' } }, undefined],
    [{ display: { state: 'unplugged' } }, undefined],
    [{ display: { state: 'unplugged', cause: 'lost' } }, 'No display'],
    [{ display: { state: 'error', cause: 'needs_replug' } }, 'Display needs help'],
    [{ relay: { state: 'offline' } }, undefined],
    [{ relay: { state: 'offline', cause: 'no_answer' }, display: { state: 'error' } }, 'No relay'],
    [{ relay: { state: 'refused', cause: 'key_refused' } }, 'Not set up'],
    [{ broken: 'no disk' }, 'Could not start'],
  ])('%o: %s', (more, expected) => expect(words(more)).toBe(expected));

  it('is in its title and its icon, and gone when the trouble is', () => {
    let href = '../icons/icon.svg';
    const page = {
      title: 'Counter QR',
      querySelector: () => ({ getAttribute: () => href, setAttribute: (_: string, next: string) => (href = next) }),
    };
    showTabState(page as unknown as Document, 'No display', false);
    expect([page.title, href]).toEqual(['⚠ No display – Counter QR', '../icons/icon-trouble.svg']);
    showTabState(page as unknown as Document, undefined, true);
    expect([page.title, href]).toEqual(['Counter QR (standby)', '../icons/icon.svg']);
  });
});
