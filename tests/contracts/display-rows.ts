/**
 * Rows of the fault matrix in which nothing breaks: firmware as it differs from display to display (docs/protocol.md),
 * sent pictures. Those that draw codes by themselves are in native-rows.ts.
 * The first QR may cost 3 s on top of what its deaf windows cost, while the driver learns them; the second 0.5 s.
 */
import type { FirmwareVariant } from '../../shared/simulator/simulated-display.ts';
import { PLAIN_MS, type Board, type FaultRow } from './fault-rows.ts';

const FIRST_MORE_MS = 3_000;
const SECOND_MORE_MS = 500;
const NO_WINDOWS: FirmwareVariant['deafMs'] = { stop: 0, start: 0, upload: 0 };
const WINDOWS_MS = [200, 600, 1_200, 1_800] as const;
const AFTER = { stop: 'stoprotation', start: 'startrotation', upload: 'the end of an upload' } as const;

const display = (name: string, board: Board, costMs = 0, more: Partial<FaultRow> = {}): FaultRow => ({
  name: `firmware that ${name}`,
  board,
  agentReads: [],
  relayHears: { state: 'displayed' },
  attempts: 1,
  withinMs: PLAIN_MS + costMs + FIRST_MORE_MS,
  nextWithinMs: PLAIN_MS + costMs + SECOND_MORE_MS,
  ...more,
});

/** The next QR comes right after the rotation has started again. */
const deafAfter = (name: string, deafMs: FirmwareVariant['deafMs']): FaultRow =>
  display(name, { variant: { deafMs } }, deafMs.stop + deafMs.start + deafMs.upload, {
    after: (hands) => hands.clearQr(),
  });

export const DISPLAY_ROWS: readonly FaultRow[] = [
  ...(['stop', 'start', 'upload'] as const).flatMap((change) =>
    WINDOWS_MS.map((ms) =>
      deafAfter(`is deaf for ${ms / 1_000} s after ${AFTER[change]}`, { ...NO_WINDOWS, [change]: ms }),
    ),
  ),
  deafAfter('is deaf for 1.2 s after each of them', { stop: 1_200, start: 1_200, upload: 1_200 }),
  display(
    'is deaf for 0.6 s after each of them and never says exit',
    {
      variant: { saysExit: false, deafMs: { stop: 600, start: 600, upload: 600 } },
    },
    1_200,
  ),
  display(
    'draws for 0.7 s and keeps what it hears meanwhile',
    { variant: { drawMs: 700, whileDrawing: 'keeps' } },
    700,
  ),
  display(
    'draws for 0.7 s and loses what it hears meanwhile',
    { variant: { drawMs: 700, whileDrawing: 'drops' } },
    700,
  ),
  display('lists its files over many lines', { variant: { fileinfo: true, fileinfoForm: 'many' } }),
  display('ends its list with end_of_fileinfo', { variant: { fileinfo: true, fileinfoForm: 'marked' } }),
  display('ends its list with end_of_fileinfo and without exit', { variant: { fileinfo: true, fileinfoForm: 'bare' } }),
  display('says OK without a line end', { variant: { ackEnds: 'none' } }),
  display('boots without a word', { variant: { banner: 'none' } }),
  display('has 200 bytes of receive buffer', { variant: { receiveQueueBytes: 200 } }),
  display('hears at 230400 baud only', { baudRate: 230_400 }),
  display('deletes only as delete**images**, with a full disk', { variant: { deletes: 'images' } }, 0, {
    strike: [{ kind: 'disk_full', uploads: 1 }],
    attempts: 2,
  }),
];
