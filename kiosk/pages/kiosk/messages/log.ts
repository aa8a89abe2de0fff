/** What a log entry is about, for whoever does not read the English sentence beside it. By its `event`, a closed name. */
import { msg } from '@lit/localize';

const WORDS: Readonly<Record<string, () => string>> = {
  ask_failed: () => msg('Something that was asked for by hand did not happen.', { id: 'log.ask_failed' }),
  asked_to_be_let_in: () => msg('This PC asks to be let in.', { id: 'log.asked_to_be_let_in' }),
  command_done: () => msg('An order of the relay was carried out.', { id: 'log.command_done' }),
  command_ended: () => msg('An order ended while it was being carried out.', { id: 'log.command_ended' }),
  command_failed: () => msg('An order could not be carried out.', { id: 'log.command_failed' }),
  command_known: () => msg('A known order came again.', { id: 'log.command_known' }),
  command_strange: () => msg('The relay sent an order that is not understood here.', { id: 'log.command_strange' }),
  display_connecting: () => msg('Connecting to the display.', { id: 'log.display_connecting' }),
  display_error: () => msg('The display needs help.', { id: 'log.display_error' }),
  display_not_ready: () => msg('No display could be had at this port.', { id: 'log.display_not_ready' }),
  display_ready: () => msg('The display is ready.', { id: 'log.display_ready' }),
  display_recovering: () => msg('The display is being brought back.', { id: 'log.display_recovering' }),
  display_restart: () => msg('The connection is begun anew.', { id: 'log.display_restart' }),
  display_unplugged: () => msg('There is no display.', { id: 'log.display_unplugged' }),
  display_uploading: () => msg('A picture is being sent.', { id: 'log.display_uploading' }),
  executor_failed: () => msg('A fault in the program.', { id: 'log.executor_failed' }),
  memory_failed: () => msg('The browser could not keep something on disk.', { id: 'log.memory_failed' }),
  pairing_not_shown: () => msg('The pairing code is not on the display.', { id: 'log.pairing_not_shown' }),
  picture_noted: () => msg('A picture is not quite as the site wants it.', { id: 'log.picture_noted' }),
  picture_over_budget: () => msg('A picture takes longer than the site wants.', { id: 'log.picture_over_budget' }),
  poll_failed: () => msg('The relay was asked in vain.', { id: 'log.poll_failed' }),
  poll_gap: () => msg('Much time passed between two polls.', { id: 'log.poll_gap' }),
  ports_unreadable: () => msg('The list of serial ports could not be read.', { id: 'log.ports_unreadable' }),
  recovery_done: () => msg('The display is back.', { id: 'log.recovery_done' }),
  recovery_failed: () => msg('The display did not come back by itself.', { id: 'log.recovery_failed' }),
  recovery_started: () => msg('The display does not answer; it is being brought back.', { id: 'log.recovery_started' }),
  register_failed: () => msg('The relay did not register this PC.', { id: 'log.register_failed' }),
  registered: () => msg('The relay knows this PC.', { id: 'log.registered' }),
  relay_offline: () => msg('The relay is away.', { id: 'log.relay_offline' }),
  relay_online: () => msg('The relay answers.', { id: 'log.relay_online' }),
  relay_refused: () => msg('The relay refuses this PC.', { id: 'log.relay_refused' }),
  report_dropped: () => msg('A report for the relay was dropped.', { id: 'log.report_dropped' }),
  report_rejected: () => msg('The relay did not accept a report.', { id: 'log.report_rejected' }),
  settle_failed: () => msg('The display is not back at its idle pictures yet.', { id: 'log.settle_failed' }),
  turned_away: () => msg('IT has turned this PC away.', { id: 'log.turned_away' }),
  unit_learned: () => msg('Something was learned of this display.', { id: 'log.unit_learned' }),
  upload_failed: () => msg('Sending a picture failed.', { id: 'log.upload_failed' }),
  worker_crashed: () => msg('The program behind this page stopped; it starts again.', { id: 'log.worker_crashed' }),
  worker_silent: () => msg('The program behind this page fell silent; it starts again.', { id: 'log.worker_silent' }),
};

export const logWords = (event: string): string | undefined => WORDS[event]?.();

/** For the test that no event is left without words. */
export const LOG_EVENTS: readonly string[] = Object.keys(WORDS);
