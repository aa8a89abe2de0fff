/**
 * The status of a display, in the product's words: worked out from a session's state or from why it could not be had.
 */
import type { DisplayError } from '../display/display-error.ts';
import type { SessionState } from '../display/session-state.ts';
import type { DisplaySession } from '../display/session.ts';
import type { DisplayState } from '../wire/display.ts';
import type { DisplayCause } from './station-types.ts';

export interface DisplayStatus {
  readonly state: DisplayState;
  readonly cause?: DisplayCause;
  readonly port?: { readonly label: string; readonly baudRate?: number; readonly model?: string };
}

export const NO_PORT: DisplayStatus = { state: 'unplugged', cause: 'no_port' };
export const LOST: DisplayStatus = { state: 'unplugged', cause: 'lost' };

/**
 * Of a session in this state. Undefined: the state alone says nothing new.
 * @param answered whether this session has been ready before; nothing is broken yet where a display is only being
 *   looked for
 */
export function statusOf(session: DisplaySession, state: SessionState, answered: boolean): DisplayStatus | undefined {
  const port = portOf(session);
  switch (state.kind) {
    case 'opening':
    case 'booting':
    case 'probing':
      return { state: 'connecting', port: { label: port.label, baudRate: state.baudRate } };
    case 'ready':
      return { state: 'ready', port };
    case 'transferring':
      return { state: 'uploading', port };
    case 'broken':
    case 'recovering':
      return answered
        ? { state: 'recovering', cause: 'broken_transfer', port }
        : { state: 'connecting', port: { label: port.label, baudRate: session.baudRate } };
    case 'lost':
      return LOST;
    case 'deaf':
    case 'needs_replug':
    case 'closed':
      return undefined;
  }
}

function portOf(session: DisplaySession): NonNullable<DisplayStatus['port']> {
  const { modelLine } = session.profile;
  return {
    label: session.port.label,
    baudRate: session.baudRate,
    ...(modelLine === undefined ? {} : { model: modelLine }),
  };
}

/** Of a port on which no display could be had. */
export function statusAfter({ code }: DisplayError, label: string, everReady: boolean): DisplayStatus {
  const port = { label };
  switch (code) {
    case 'lost':
      return everReady ? LOST : NO_PORT;
    case 'busy':
      return { state: 'error', cause: 'port_busy', port };
    case 'no_reply':
      return { state: 'error', cause: 'no_answer', port };
    case 'needs_replug':
      return { state: 'error', cause: 'needs_replug', port };
    case 'aborted':
      return { state: 'connecting', port };
    default:
      return { state: 'error', cause: 'open_failed', port };
  }
}

/** Of several ports, the failure that a person can do most about. */
export const rank = ({ code }: DisplayError): number => ['lost', 'open_failed', 'no_reply', 'busy'].indexOf(code);
