/** The relay in an agent's words. */
import { msg } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';
import type { Advice, Fact } from './tone.ts';

type Relay = StationView['relay'];

export function relayFact({ state, cause }: Relay): Fact {
  switch (state) {
    case 'online':
      return {
        tone: 'good',
        word: msg('Connected', { id: 'relay.online' }),
        detail: msg('Ready to receive QR codes', { id: 'relay.online.detail' }),
      };
    case 'refused':
      if (cause === 'awaiting_approval')
        return {
          tone: 'busy',
          word: msg('Waiting for IT', { id: 'relay.awaiting' }),
          detail: msg('This PC is not let in yet', { id: 'relay.awaiting.detail' }),
        };
      return {
        tone: 'bad',
        word: msg('Refused', { id: 'relay.refused' }),
        detail: msg('This PC must be set up again', { id: 'relay.refused.detail' }),
      };
    case 'offline':
      return cause === undefined
        ? {
            tone: 'busy',
            word: msg('Connecting …', { id: 'relay.connecting' }),
            detail: msg('Looking for the relay', { id: 'relay.connecting.detail' }),
          }
        : {
            tone: 'bad',
            word: msg('Not reachable', { id: 'relay.offline' }),
            detail: msg('New QR codes cannot arrive. Trying again by itself', { id: 'relay.offline.detail' }),
          };
  }
}

/** `undefined`: nothing for the agent to do. */
export function relayAdvice({ state, cause }: Relay): Advice | undefined {
  if (state === 'online') return undefined;
  switch (cause) {
    case undefined:
      return undefined;
    // The page shows the code instead.
    case 'awaiting_approval':
      return undefined;
    case 'turned_away':
      return {
        title: msg('IT has turned this PC away', { id: 'relay.turned_away' }),
        steps: [
          msg('If that was a mistake, ask again: press the button and leave the key empty.', {
            id: 'relay.turned_away.1',
          }),
        ],
        offer: 'setup',
      };
    case 'no_answer':
      return {
        title: msg('The relay does not answer', { id: 'relay.no_answer' }),
        steps: [
          msg('Check that other web pages open on this PC. If not, it is the network.', { id: 'relay.no_answer.1' }),
          msg('If they do, tell IT that the Counter QR relay is away. This page reconnects by itself.', {
            id: 'relay.no_answer.2',
          }),
        ],
        offer: 'nothing',
      };
    case 'relay_error':
      return {
        title: msg('The relay has a problem', { id: 'relay.relay_error' }),
        steps: [
          msg('Tell IT that the Counter QR relay answers with errors. This page goes on by itself.', {
            id: 'relay.relay_error.1',
          }),
        ],
        offer: 'nothing',
      };
    case 'key_refused':
      return {
        title: msg('The relay does not accept this PC’s key', { id: 'relay.key_refused' }),
        steps: [msg('Ask IT for a new set-up link, or enter the new key here.', { id: 'relay.key_refused.1' })],
        offer: 'setup',
      };
    case 'not_provisioned':
      return {
        title: msg('This PC is not set up yet', { id: 'relay.not_provisioned' }),
        steps: [msg('Open the set-up link from IT, or enter the key here.', { id: 'relay.not_provisioned.1' })],
        offer: 'setup',
      };
    case 'device_exists':
      return {
        title: msg('This display is registered to another browser', { id: 'relay.device_exists' }),
        steps: [
          msg('Ask IT to remove the old entry on the admin page. This page then registers by itself.', {
            id: 'relay.device_exists.1',
          }),
        ],
        offer: 'nothing',
      };
    case 'name_taken':
      return {
        title: msg('Another display has the name of this PC', { id: 'relay.name_taken' }),
        steps: [
          msg('Ask IT to remove the old entry on the admin page. This page then registers by itself.', {
            id: 'relay.name_taken.1',
          }),
        ],
        offer: 'nothing',
      };
  }
}
