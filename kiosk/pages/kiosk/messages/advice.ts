/** All that the agent can do now about what is wrong, most urgent first, each with what was seen. */
import { msg } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';
import { displayAdvice } from './display-advice.ts';
import { qrAdvice } from './qr-advice.ts';
import { relayAdvice } from './relay.ts';
import { displaySeen } from './seen.ts';
import type { Advice } from './tone.ts';

type SeenAdvice = Advice & { readonly seen: string };

/** @param canReachDisplay the browser has Web Serial, or the display is a virtual one */
export function adviceFor(view: StationView, canReachDisplay: boolean): readonly SeenAdvice[] {
  if (view.broken !== undefined)
    return [
      {
        title: msg('Counter QR could not start', { id: 'app.broken' }),
        steps: [msg('Reload this page. If it happens again, call IT.', { id: 'app.broken.1' })],
        offer: 'nothing',
        seen: view.broken,
      },
    ];
  if (!canReachDisplay)
    return [
      {
        title: msg('This browser cannot talk to the display', { id: 'app.no_serial' }),
        steps: [
          msg('Open this page in Chrome or Edge on a PC.', { id: 'app.no_serial.1' }),
          msg('It must be opened at an https address, or at localhost.', { id: 'app.no_serial.2' }),
        ],
        offer: 'nothing',
        seen: '',
      },
    ];
  const [relay, display, qr] = [relayAdvice(view.relay), displayAdvice(view.display), qrAdvice(view)];
  return [
    ...(relay === undefined ? [] : [{ ...relay, seen: '' }]),
    ...(display === undefined ? [] : [{ ...display, seen: displaySeen(view) }]),
    ...(qr === undefined ? [] : [{ ...qr, seen: '' }]),
  ];
}
