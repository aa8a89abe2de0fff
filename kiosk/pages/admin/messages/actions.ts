/** The admin's actions on a display, and what each does, said before it is done. */
import { msg, str } from '@lit/localize';
import type { Action, ActionOutcome, ActionRequest } from '../data/actions.ts';
import type { CommandCounts } from '../data/follow-commands.ts';

export interface ActionWords {
  readonly label: string;
  readonly ask: string;
  /** Label of the text that the action needs. */
  readonly input?: string;
}

export function actionWords(action: Action): ActionWords {
  switch (action) {
    case 'test':
      return {
        label: msg('Show test card', { id: 'admin.action.test' }),
        ask: msg('The display shows the test card, then its idle picture.', { id: 'admin.action.test.ask' }),
      };
    case 'check':
      return {
        label: msg('Check this display', { id: 'admin.action.check' }),
        ask: msg(
          'The display is asked what it is and can do, with harmless commands, for two minutes at most; a customer’s QR goes first. What was found then stands among its last commands.',
          { id: 'admin.action.check.ask' },
        ),
      };
    case 'identify':
      return {
        label: msg('Identify', { id: 'admin.action.identify' }),
        ask: msg('The display shows its own name, large, so that you find it in the room.', {
          id: 'admin.action.identify.ask',
        }),
      };
    case 'message':
      return {
        label: msg('Show a message', { id: 'admin.action.message' }),
        ask: msg('The display shows this line of text. Customers can read it.', { id: 'admin.action.message.ask' }),
        input: msg('Text', { id: 'admin.action.message.input' }),
      };
    case 'settings':
      return {
        label: msg('Picture settings', { id: 'admin.action.settings' }),
        ask: msg('Only what you change here is changed; it counts from the next QR on.', {
          id: 'admin.action.settings.ask',
        }),
      };
    case 'release':
      return {
        label: msg('Take the QR off', { id: 'admin.action.release' }),
        ask: msg('A QR that is on the display or waits for it is taken off. The agent keeps the display.', {
          id: 'admin.action.release.ask',
        }),
      };
    case 'rename':
      return {
        label: msg('Rename', { id: 'admin.action.rename' }),
        ask: msg('Web apps that find the display by its PC name must use the new name from now on.', {
          id: 'admin.action.rename.ask',
        }),
        input: msg('New name', { id: 'admin.action.rename.input' }),
      };
    case 'unlink':
      return {
        label: msg('Take from the agent', { id: 'admin.action.unlink' }),
        ask: msg('The agent no longer has this display, and a QR that is on it is taken off.', {
          id: 'admin.action.unlink.ask',
        }),
      };
    case 'allow_reenrol':
      return {
        label: msg('Let it register again', { id: 'admin.action.allow_reenrol' }),
        ask: msg(
          'For a short while this display may register anew with the set-up key, for instance after its browser was reset or after a lock-out.',
          { id: 'admin.action.allow_reenrol.ask' },
        ),
      };
    case 'revoke':
      return {
        label: msg('Lock out', { id: 'admin.action.revoke' }),
        ask: msg('The relay refuses this display at once, until you let it register again.', {
          id: 'admin.action.revoke.ask',
        }),
      };
    case 'remove':
      return {
        label: msg('Remove', { id: 'admin.action.remove' }),
        ask: msg(
          'The relay forgets this display and its agent; QR codes that are still open fail. The history stays.',
          {
            id: 'admin.action.remove.ask',
          },
        ),
      };
  }
}

/** What is done, what is queued, and which displays do not answer: “Show test card: 48 shown, 2 offline”. */
export function outcomeWords(
  { action, devices }: ActionRequest,
  whom: string,
  outcomes: readonly ActionOutcome[],
  counts?: CommandCounts,
): string {
  const { label } = actionWords(action);
  const count = (kind: ActionOutcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const [done, offline, refused] = [count('done'), count('offline'), count('refused')];
  if (done === devices.length) return msg(str`${label}: done for ${whom}.`, { id: 'admin.dialog.done' });
  const { shown, failed, waiting } = counts ?? { shown: 0, failed: 0, waiting: count('queued') };
  const parts = [
    done > 0 && msg(str`${done} done`, { id: 'admin.outcome.done' }),
    shown > 0 && msg(str`${shown} shown`, { id: 'admin.outcome.shown' }),
    waiting > 0 && msg(str`${waiting} queued`, { id: 'admin.outcome.queued' }),
    failed > 0 && msg(str`${failed} failed`, { id: 'admin.outcome.failed' }),
    offline > 0 && msg(str`${offline} offline`, { id: 'admin.outcome.offline' }),
    refused > 0 && msg(str`${refused} refused`, { id: 'admin.outcome.refused' }),
  ].filter((part) => part !== false);
  return `${label} (${whom}): ${parts.join(', ')}`;
}
