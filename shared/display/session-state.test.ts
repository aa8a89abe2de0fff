import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECOVERY_STEPS, SESSION_TRANSITIONS, type SessionKind } from './session-state.ts';

const protocol = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** `from --> to` of the drawing, without `[*]`. */
function drawnWays(): string[] {
  const drawing = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(protocol)?.[1] ?? '';
  return [...drawing.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} -> ${to}`);
}

const codedWays = Object.entries(SESSION_TRANSITIONS).flatMap(([from, tos]) => tos.map((to) => `${from} -> ${to}`));

describe('the states of a session', () => {
  it('are drawn in docs/protocol.md as they are in the code', () => {
    expect(drawnWays().sort()).toEqual(codedWays.sort());
  });

  it('can all be reached from closed, and closed from all', () => {
    const reach = (from: SessionKind): Set<SessionKind> => {
      const seen = new Set<SessionKind>([from]);
      for (const kind of seen) for (const next of SESSION_TRANSITIONS[kind]) seen.add(next);
      return seen;
    };
    const all = Object.keys(SESSION_TRANSITIONS) as SessionKind[];
    expect([...reach('closed')].sort()).toEqual([...all].sort());
    for (const kind of all) expect(reach(kind), kind).toContain('closed');
  });

  it('name their recovery steps in the order of docs/protocol.md', () => {
    const listed = [...protocol.matchAll(/^\d\. `(\w+)`:/gm)].map(([, step]) => step);
    expect(listed).toEqual([...RECOVERY_STEPS]);
  });
});
