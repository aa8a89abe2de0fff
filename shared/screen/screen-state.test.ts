import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCREEN_TRANSITIONS, type ScreenKind } from './screen-state.ts';

const architecture = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');

/** `from --> to` of the drawing of the screen, without `[*]`. */
function drawnTransitions(): string[] {
  const drawing =
    /## What the display shows[\s\S]*?```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(architecture)?.[1] ?? '';
  return [...drawing.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} -> ${to}`);
}

const coded = Object.entries(SCREEN_TRANSITIONS).flatMap(([from, tos]) => tos.map((to) => `${from} -> ${to}`));

describe('the states of a screen', () => {
  it('are drawn in docs/architecture.md as they are in the code', () => {
    expect(drawnTransitions().sort()).toEqual(coded.sort());
  });

  it('can all be reached from unplugged, and unplugged from all in one step', () => {
    const seen = new Set<ScreenKind>(['unplugged']);
    for (const kind of seen) for (const next of SCREEN_TRANSITIONS[kind]) seen.add(next);
    expect([...seen].sort()).toEqual(Object.keys(SCREEN_TRANSITIONS).sort());
    for (const [kind, tos] of Object.entries(SCREEN_TRANSITIONS))
      if (kind !== 'unplugged') expect(tos).toContain('unplugged');
  });

  it('go from one picture to another only by way of restoring, because an upload may fail', () => {
    for (const [from, tos] of Object.entries(SCREEN_TRANSITIONS))
      expect(tos.includes('showing'), from).toBe(from === 'restoring');
  });

  it('do not put a QR back while its command may have ended', () => {
    expect(SCREEN_TRANSITIONS.awaiting_relay).not.toContain('showing');
  });
});
