/**
 * A port in the agent's language. The worker names ports once, in English, for the log; a chip's own name stays as it
 * is.
 */
import { msg, str } from '@lit/localize';
import type { PortView } from '../data/station-view.ts';
import { PORT_NAMES } from '../../../worker/messages.ts';

export function portName(label: string): string {
  if (label === PORT_NAMES.virtual) return msg('Virtual display', { id: 'port.virtual' });
  if (label === PORT_NAMES.plain) return msg('Serial port', { id: 'port.plain' });
  if (label.startsWith(PORT_NAMES.otherUsb))
    return msg(str`USB serial port ${label.slice(PORT_NAMES.otherUsb.length).trim()}`, { id: 'port.other_usb' });
  return label;
}

export const portAndSpeed = ({ label, baudRate }: PortView): string =>
  baudRate === undefined ? portName(label) : msg(str`${portName(label)} at ${baudRate} baud`, { id: 'display.port' });
