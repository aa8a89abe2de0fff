/** What a log entry is about, in the page's language and in an agent's words. By its `event`, a closed name. */
import { msg } from '@lit/localize';
import { captionWords, noteWords, refusalWords } from '../../../../shared/station/picture-words.ts';
import type { LocaleName } from '../../../common/localization.ts';
import { currentLocale } from '../locales/localization.ts';

const WORDS: Readonly<Record<string, () => string>> = {
  ask_failed: () => msg('Something that was asked for on this page failed.', { id: 'log.ask_failed' }),
  asked_to_be_let_in: () => msg('This PC asks to be let in.', { id: 'log.asked_to_be_let_in' }),
  command_done: () => msg('A command was carried out.', { id: 'log.command_done' }),
  command_ended: () => msg('A command ended before it was carried out.', { id: 'log.command_ended' }),
  command_failed: () => msg('A command failed.', { id: 'log.command_failed' }),
  command_known: () => msg('A known command came again.', { id: 'log.command_known' }),
  command_strange: () =>
    msg('The relay sent a command that this version does not know.', { id: 'log.command_strange' }),
  display_connecting: () => msg('Connecting to the display.', { id: 'log.display_connecting' }),
  display_error: () => msg('The display needs help.', { id: 'log.display_error' }),
  display_not_ready: () => msg('This port has no usable display.', { id: 'log.display_not_ready' }),
  display_ready: () => msg('The display is ready.', { id: 'log.display_ready' }),
  display_recovering: () => msg('The display is recovering.', { id: 'log.display_recovering' }),
  display_restart: () => msg('The connection is being restarted.', { id: 'log.display_restart' }),
  display_unplugged: () => msg('No display is connected.', { id: 'log.display_unplugged' }),
  display_uploading: () => msg('A picture is being sent.', { id: 'log.display_uploading' }),
  executor_failed: () => msg('The program has a fault.', { id: 'log.executor_failed' }),
  memory_failed: () => msg('The browser could not save something on disk.', { id: 'log.memory_failed' }),
  pairing_beside_qr: () =>
    msg('The display shows a QR, so the pairing code is only on this page.', { id: 'log.pairing_beside_qr' }),
  pairing_not_shown: () => msg('The pairing code is not on the display.', { id: 'log.pairing_not_shown' }),
  picture_caption: () => msg('Not all of the caption is shown.', { id: 'log.picture_caption' }),
  picture_noted: () => msg('A picture differs from what the site wants.', { id: 'log.picture_noted' }),
  picture_over_budget: () => msg('A picture takes longer than the site wants.', { id: 'log.picture_over_budget' }),
  poll_failed: () => msg('The relay did not answer.', { id: 'log.poll_failed' }),
  poll_gap: () => msg('The time between two polls was long.', { id: 'log.poll_gap' }),
  ports_unreadable: () => msg('The list of serial ports could not be read.', { id: 'log.ports_unreadable' }),
  recovery_done: () => msg('The display is back.', { id: 'log.recovery_done' }),
  recovery_failed: () => msg('The display did not come back by itself.', { id: 'log.recovery_failed' }),
  recovery_started: () => msg('The display does not answer; it is being restarted.', { id: 'log.recovery_started' }),
  register_failed: () => msg('The relay did not register this PC.', { id: 'log.register_failed' }),
  registered: () => msg('The relay knows this PC.', { id: 'log.registered' }),
  relay_offline: () => msg('The relay cannot be reached.', { id: 'log.relay_offline' }),
  relay_online: () => msg('The relay answers.', { id: 'log.relay_online' }),
  relay_refused: () => msg('The relay refuses this PC.', { id: 'log.relay_refused' }),
  report_dropped: () => msg('A report for the relay was dropped.', { id: 'log.report_dropped' }),
  report_rejected: () => msg('The relay did not accept a report.', { id: 'log.report_rejected' }),
  settle_failed: () => msg('The display is not back at its idle pictures yet.', { id: 'log.settle_failed' }),
  turned_away: () => msg('IT has turned this PC away.', { id: 'log.turned_away' }),
  unit_learned: () => msg('This page has learned something about this display.', { id: 'log.unit_learned' }),
  upload_failed: () => msg('Sending a picture failed.', { id: 'log.upload_failed' }),
  worker_crashed: () => msg('The program behind this page stopped; it starts again.', { id: 'log.worker_crashed' }),
  worker_silent: () =>
    msg('The program behind this page does not answer; it starts again.', { id: 'log.worker_silent' }),
};

const KINDS: Readonly<Record<string, (about: string, locale: LocaleName) => string | undefined>> = {
  command_failed: refusalWords,
  picture_caption: captionWords,
  picture_noted: noteWords,
};

/** @param about which of its kinds, where an event has several */
export const logWords = (event: string, about?: string): string | undefined =>
  (about === undefined ? undefined : KINDS[event]?.(about, currentLocale())) ?? WORDS[event]?.();

/** For the test that no event is left without words. */
export const LOG_EVENTS: readonly string[] = Object.keys(WORDS);
