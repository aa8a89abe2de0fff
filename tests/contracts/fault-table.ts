/**
 * The fault matrix as a table for people, in the page's own words; docs/protocol.md holds it, and fault-matrix.test.ts
 * holds it to what was played.
 */
import type { StationView } from '../../kiosk/pages/kiosk/data/station-view.ts';
import { displayAdvice } from '../../kiosk/pages/kiosk/messages/display-advice.ts';
import { displayFact } from '../../kiosk/pages/kiosk/messages/display.ts';
import { qrAdvice } from '../../kiosk/pages/kiosk/messages/qr-advice.ts';
import { markdownTable } from '../support/docs/markdown-table.ts';
import type { FaultRow } from './fault-rows.ts';

export interface Played {
  readonly row: FaultRow;
  readonly tookMs: number;
  readonly nextMs: number;
}

const HEAD = ['What goes wrong', 'The agent reads', 'The relay is told', 'That QR', 'The next'];

export const faultTable = (played: readonly Played[]): string => markdownTable(HEAD, played.map(cellsOf));

function cellsOf({ row, tookMs, nextMs }: Played): string[] {
  const { state, reason } = row.relayHears;
  const attempts = row.attempts === undefined || row.attempts === 1 ? '' : `, ${row.attempts} uploads`;
  const read = row.agentReads.map(wordsOf);
  return [
    row.name,
    read.length === 0 ? '–' : read.join(', then ').replace(/\.$/, ''),
    `${state}${reason === undefined ? '' : ` (${reason})`}${attempts}`,
    state === 'displayed' ? seconds(tookMs) : '–',
    seconds(nextMs),
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** `error (needs_replug)` as the page says it. */
function wordsOf(said: string): string {
  const [, state, cause] = /^(\w+)(?: \((\w+)\))?$/.exec(said) ?? [];
  const display = { state, ...(cause === undefined ? {} : { cause }) } as StationView['display'];
  const { word } = displayFact(display);
  const advice = said === 'ready (refused)' ? qrAdvice({ display, refused: true }) : displayAdvice(display);
  return advice ? `“${advice.title}”` : `“${word}”`;
}
