/**
 * Turns the station's events into what a person sees: the icon and its menu, the status text, notices. Pure.
 * The icon is green only while both relay and display answer.
 */
import type { RelayState, DisplayState } from '../../shared/wire/display.ts';
import type {
  CommandProgress,
  DisplayCause,
  LinkedAgent,
  RelayCause,
  ShownScreen,
  StationEvent,
} from '../../shared/station/station-types.ts';
import { refusalWords, remarksOn } from '../../shared/station/picture-words.ts';
import type { TrayView, LampColour, MenuItem, Notice } from './ui.ts';
import { PHRASES, type Language, type Phrases } from './phrases.ts';

interface RelayFact {
  readonly state: RelayState | 'connecting';
  readonly cause?: RelayCause;
}
interface DisplayFact {
  readonly state: DisplayState;
  readonly cause?: DisplayCause;
  readonly port?: { readonly label: string; readonly baudRate?: number; readonly model?: string };
}

export interface Facts {
  readonly relay: RelayFact;
  readonly display: DisplayFact;
  readonly identity?: { readonly deviceId: string; readonly computerName: string };
  /** Who has this display; undefined while it is not known. */
  readonly linked?: LinkedAgent | 'nobody';
  readonly screen?: ShownScreen['screen'];
  /** QR codes that wait until the display is ready; none where it is absent. */
  readonly waiting?: number;
  /** The QR that the display showed last, while its command is open. */
  readonly qr?: string;
}

export const FIRST_FACTS: Facts = { relay: { state: 'connecting' }, display: { state: 'connecting' } };

export function factsAfter(facts: Facts, event: StationEvent): Facts {
  switch (event.kind) {
    case 'relay':
      return { ...facts, relay: { state: event.state, ...(event.cause ? { cause: event.cause } : {}) } };
    case 'display': {
      const { state, cause, port } = event;
      return { ...facts, display: { state, ...(cause ? { cause } : {}), ...(port ? { port } : {}) } };
    }
    case 'waiting':
      return { ...facts, waiting: event.count };
    case 'linked':
      return { ...facts, linked: event.agent ?? 'nobody' };
    case 'screen': {
      const { screen: _before, ...rest } = facts;
      return event.screen === undefined ? rest : { ...rest, screen: event.screen.screen };
    }
    case 'command':
      return event.type === 'display_qr' ? afterQr(facts, event.commandId, event.progress.stage) : facts;
    case 'identity':
      return { ...facts, identity: { deviceId: event.deviceId, computerName: event.computerName } };
    default:
      return facts;
  }
}

function afterQr(facts: Facts, commandId: string, stage: CommandProgress['stage']): Facts {
  if (stage === 'displayed') return { ...facts, qr: commandId };
  if ((stage !== 'cleared' && stage !== 'failed') || facts.qr !== commandId) return facts;
  const { qr: _over, ...rest } = facts;
  return rest;
}

/** What the customer sees, in words. */
function shownOf({ display, screen, qr, waiting = 0 }: Facts, { shown }: Phrases): string {
  if (display.state !== 'ready' && display.state !== 'uploading')
    return waiting > 0 ? shown.waiting.replace('%', String(waiting)) : shown.unknown;
  if (screen === 'qr') return shown.qr;
  if (screen === undefined || screen === 'idle') return shown.idle;
  return qr === undefined ? shown.other : shown.covered;
}

export type Condition = keyof Phrases['headline'];

export function conditionOf({ relay, display }: Facts): Condition {
  if (relay.state === 'offline' || relay.state === 'refused') return 'fault';
  if (display.state === 'unplugged' || display.state === 'error') return 'fault';
  if (display.state === 'recovering') return 'recovering';
  if (relay.state === 'connecting' || display.state === 'connecting') return 'starting';
  return display.state === 'uploading' ? 'showing' : 'ready';
}

const COLOURS: Readonly<Record<Condition, LampColour>> = {
  ready: 'green',
  showing: 'green',
  starting: 'amber',
  recovering: 'amber',
  fault: 'red',
};

export const colourOf = (facts: Facts): LampColour => COLOURS[conditionOf(facts)];

/** Sentences of what is wrong, the relay's first. */
export function faultsOf({ relay, display }: Facts, language: Language): readonly string[] {
  const say = PHRASES[language];
  const faults: string[] = [];
  if (relay.state === 'offline' || relay.state === 'refused') faults.push(say.relay[relay.cause ?? 'no_answer']);
  if (display.state === 'unplugged') faults.push(say.display[display.cause ?? 'no_port']);
  if (display.state === 'error') faults.push(say.display[display.cause ?? 'needs_replug']);
  return faults;
}

export function viewOf(facts: Facts, language: Language): TrayView {
  const say = PHRASES[language];
  const [fault] = faultsOf(facts, language);
  return {
    colour: colourOf(facts),
    tooltip: `Counter QR: ${fault ?? say.headline[conditionOf(facts)]}`,
    menu: menuOf(language),
  };
}

function menuOf(language: Language): readonly MenuItem[] {
  const { menu } = PHRASES[language];
  return [
    { kind: 'command', command: 'status', label: menu.status },
    { kind: 'command', command: 'test_card', label: menu.testCard },
    { kind: 'command', command: 'pairing_code', label: menu.pairingCode },
    { kind: 'command', command: 'check_display', label: menu.checkDisplay },
    { kind: 'command', command: 'logs', label: menu.logs },
    { kind: 'command', command: 'restart_connection', label: menu.restart },
    {
      kind: 'submenu',
      label: menu.language,
      items: [
        { kind: 'command', command: 'language_en', label: 'English', checked: language === 'en' },
        { kind: 'command', command: 'language_fr', label: 'Français', checked: language === 'fr' },
      ],
    },
    { kind: 'separator' },
    { kind: 'command', command: 'exit', label: menu.exit },
  ];
}

/** The text of the status box. */
export function statusOf(facts: Facts, language: Language, version: string): string {
  const say = PHRASES[language];
  const { status, headline, relay, display } = say;
  const { port } = facts.display;
  const speed = port?.baudRate === undefined ? '' : `, ${port.baudRate} baud`;
  const relayLine =
    facts.relay.state === 'online' || facts.relay.state === 'connecting'
      ? relay[facts.relay.state]
      : relay[facts.relay.cause ?? 'no_answer'];
  const displayLine = facts.display.cause
    ? display[facts.display.cause]
    : facts.display.state === 'ready' || facts.display.state === 'uploading'
      ? display.ready
      : facts.display.state === 'unplugged'
        ? display.no_port
        : facts.display.state === 'error'
          ? display.needs_replug
          : display.connecting;
  return [
    headline[conditionOf(facts)],
    '',
    `${status.relay}: ${relayLine}`,
    `${status.display}: ${displayLine}`,
    `${status.shown}: ${shownOf(facts, say)}`,
    `${status.linked}: ${linkedOf(facts, say)}`,
    `${status.port}: ${port === undefined ? status.none : `${port.label}${speed}`}`,
    `${status.computer}: ${facts.identity?.computerName ?? status.none}`,
    `${status.device}: ${facts.identity?.deviceId ?? status.none}`,
    `${status.version}: ${version}`,
  ].join('\n');
}

function linkedOf({ linked }: Facts, { status }: Phrases): string {
  if (linked === undefined) return status.none;
  return linked === 'nobody' ? status.nobody : linked.name;
}

/** The notice about a QR that was shown or failed, or a pairing code that was used. `undefined` for other events. */
export function noticeOf(event: StationEvent, language: Language): Notice | undefined {
  if (event.kind === 'code_used') {
    const { notice, status } = PHRASES[language];
    const text = event.agent === undefined ? '' : `${status.linked}: ${event.agent.name}`;
    return { level: 'info', title: notice.codeUsed, text };
  }
  if (event.kind !== 'command' || event.type !== 'display_qr') return undefined;
  const { notice } = PHRASES[language];
  if (event.progress.stage === 'displayed') {
    const { picture, tookMs } = event.progress;
    const remarks = remarksOn(picture, language);
    const took = `${(tookMs / 1000).toFixed(1)} s`;
    return {
      level: 'info',
      title: notice.qrShown,
      text: remarks.length === 0 ? took : `${took}. ${remarks.join(' ')}`,
    };
  }
  if (event.progress.stage === 'failed') {
    const { error, note } = event.progress;
    const words = note === undefined ? undefined : refusalWords(note, language);
    return { level: 'error', title: notice.qrFailed, text: words ?? error };
  }
  return undefined;
}
