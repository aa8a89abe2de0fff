/**
 * What the page knows of its station: the worker's messages folded into one value. Pure, so that tests need no browser.
 */
import type { CommandType } from '../../../../shared/wire/commands.ts';
import type { DisplayState, RelayState } from '../../../../shared/wire/display.ts';
import type {
  CheckProgress,
  CommandProgress,
  DisplayCause,
  LinkedAgent,
  LogEntry,
  RelayCause,
  ShownScreen,
  StationEvent,
} from '../../../../shared/station/station-types.ts';
import type { FromWorker, VirtualScreen } from '../../../worker/messages.ts';
import { noGaps, withGap, type PollGaps } from './poll-gaps.ts';

export interface CommandView {
  readonly commandId: string;
  readonly type: CommandType;
  readonly progress: CommandProgress;
  /** As it stands on the display. */
  readonly amount?: string;
}

export interface PortView {
  readonly label: string;
  readonly baudRate?: number;
  readonly model?: string;
}

export interface StationView {
  readonly deviceId?: string;
  readonly computerName?: string;
  readonly relay: { readonly state: RelayState; readonly cause?: RelayCause };
  /** Who has this display; undefined while it is not known yet. */
  readonly linked?: LinkedAgent | 'nobody';
  /** The last pairing code that was used, and by whom. */
  readonly usedCode?: { readonly code: string; readonly agent?: LinkedAgent };
  /** IT compares it before it admits this PC. */
  readonly enrolmentCode?: string;
  readonly display: { readonly state: DisplayState; readonly cause?: DisplayCause; readonly port?: PortView };
  /** The port of a display that was unplugged, and when, ISO 8601. */
  readonly lost?: { readonly port: PortView; readonly at: string };
  /** The last command of any type, and the last QR. */
  readonly command?: CommandView;
  readonly qr?: CommandView;
  /** QR codes that wait at the relay until the display is ready. */
  readonly waiting: number;
  /** The display refused the last QR and has not been unplugged since. */
  readonly refused: boolean;
  readonly screen?: ShownScreen;
  /** How far the last check of the display is, or what it found; absent before there was one. */
  readonly check?: CheckProgress;
  readonly virtualScreen?: VirtualScreen;
  readonly gaps: PollGaps;
  readonly log: readonly LogEntry[];
  /** Why the worker could not start. */
  readonly broken?: string;
}

export const MAX_LOG_ENTRIES = 2_000;
/** Polls come every 2 s. A gap this long is logged. */
const LONG_GAP_MS = 3_500;

export const unknownStation: StationView = {
  relay: { state: 'offline' },
  display: { state: 'unplugged' },
  refused: false,
  waiting: 0,
  gaps: noGaps,
  log: [],
};

export function withMessage(view: StationView, message: FromWorker, now: Date): StationView {
  switch (message.kind) {
    case 'event':
      return withEvent(view, message.event, now);
    case 'virtual_screen':
      return { ...view, virtualScreen: message.screen };
    case 'broken':
      return { ...view, broken: message.sentence };
    case 'answer':
      return view;
  }
}

function withEvent(view: StationView, event: StationEvent, now: Date): StationView {
  switch (event.kind) {
    case 'identity':
      return { ...view, deviceId: event.deviceId, computerName: event.computerName };
    case 'relay':
      return { ...view, relay: event };
    case 'linked':
      return { ...view, linked: event.agent ?? 'nobody' };
    case 'waiting':
      return { ...view, waiting: event.count };
    case 'code_used':
      return { ...view, usedCode: event };
    case 'enrolment': {
      const { enrolmentCode: _before, ...rest } = view;
      return event.code === undefined ? rest : { ...rest, enrolmentCode: event.code };
    }
    case 'display':
      return withDisplay(view, event, now);
    case 'command': {
      const { commandId, type, progress, amount = amountBefore(view, event) } = event;
      const next = { commandId, type, progress, ...(amount === undefined ? {} : { amount }) };
      return {
        ...view,
        ...(supersedes(next, view.command) ? { command: next } : {}),
        ...(type === 'display_qr' && supersedes(next, view.qr) ? { qr: next, refused: wasRefused(progress) } : {}),
      };
    }
    case 'screen': {
      const { screen: _before, ...rest } = view;
      return event.screen ? { ...rest, screen: event.screen } : rest;
    }
    case 'check':
      return { ...view, check: event.progress };
    case 'poll':
      return withLongGap({ ...view, gaps: withGap(view.gaps, event.gapMs) }, event.gapMs, now);
    case 'log':
      return withLog(view, event.entry);
  }
}

function withDisplay(view: StationView, display: StationView['display'], now: Date): StationView {
  const { lost: before, ...rest } = view;
  const { port } = view.display;
  const lost = display.cause !== 'lost' ? undefined : port === undefined ? before : { port, at: now.toISOString() };
  const refused = view.refused && display.state !== 'unplugged';
  return { ...rest, display, refused, ...(lost === undefined ? {} : { lost }) };
}

const wasRefused = (progress: CommandProgress): boolean =>
  progress.stage === 'failed' && progress.reason === 'display_failed';

/** The display is ready and refused the last QR. */
export const isQrRefused = ({ display, refused }: Pick<StationView, 'display' | 'refused'>): boolean =>
  refused && display.state === 'ready';

/**
 * The end of a QR is told without its amount; "paid" brings it along, for a page that has not seen the QR come, too.
 */
function amountBefore({ qr, command }: StationView, { commandId, progress }: CommandView): string | undefined {
  if (qr?.commandId === commandId) return qr.amount;
  const isPaid = progress.stage === 'cleared' && progress.reason === 'paid';
  return isPaid && command?.type === 'show_paid' ? command.amount : undefined;
}

const isOver = ({ stage }: CommandProgress): boolean => stage === 'cleared' || stage === 'failed';

/** The end of an older command does not take the place of a newer one that is under way. */
function supersedes(next: CommandView, current: CommandView | undefined): boolean {
  return (
    current === undefined ||
    current.commandId === next.commandId ||
    next.progress.stage === 'received' ||
    (isOver(current.progress) && !isOver(next.progress))
  );
}

export function withLog(view: StationView, entry: LogEntry): StationView {
  return { ...view, log: [...view.log.slice(1 - MAX_LOG_ENTRIES), entry] };
}

function withLongGap(view: StationView, gapMs: number, now: Date): StationView {
  if (gapMs < LONG_GAP_MS) return view;
  const seconds = (gapMs / 1000).toFixed(1);
  return withLog(view, {
    at: now.toISOString(),
    level: 'warn',
    event: 'poll_gap',
    text: `${seconds} s passed between two polls: no network, the PC slept, or the browser throttled the tab.`,
  });
}

/** Another screen is on the display for a moment; the QR comes back by itself. */
export const isCovered = (screen: ShownScreen | undefined, { progress }: CommandView): boolean =>
  progress.stage === 'displayed' && screen !== undefined && screen.screen !== 'qr' && screen.screen !== 'idle';

/** `data-command-state` of the contract. */
export function commandWord({ screen }: Pick<StationView, 'screen'>, command: CommandView): string {
  const { stage } = command.progress;
  if (isCovered(screen, command)) return 'covered';
  return stage === 'preparing' ? 'received' : stage;
}
