/**
 * One notice per fault: said when the fault has lasted a moment (a replug or a relay's restart is no news), taken back when all is well.
 */
import type { Clock } from '../../shared/util/clock.ts';
import type { Notice } from './ui.ts';
import { PHRASES, type Language } from './phrases.ts';
import { conditionOf, faultsOf, type Facts } from './presenter.ts';

export const FAULT_LASTS_MS = 6_000;

export interface FaultNotices {
  look(facts: Facts, language: Language): void;
  stop(): void;
}

export function createFaultNotices(clock: Clock, notify: (notice: Notice) => void): FaultNotices {
  let waiting: { readonly fault: string; readonly stop: AbortController } | undefined;
  let told: string | undefined;

  const stopWaiting = (): void => {
    waiting?.stop.abort(new Error('The fault is over.'));
    waiting = undefined;
  };

  function look(facts: Facts, language: Language): void {
    const [fault] = faultsOf(facts, language);
    const { notice } = PHRASES[language];
    if (fault === undefined) {
      stopWaiting();
      const isWell = conditionOf(facts) === 'ready';
      if (told !== undefined && isWell) {
        told = undefined;
        notify({ level: 'info', title: notice.backTitle, text: notice.backText });
      }
      return;
    }
    if (fault === told || fault === waiting?.fault) return;
    stopWaiting();
    const stop = new AbortController();
    waiting = { fault, stop };
    clock.sleep(FAULT_LASTS_MS, stop.signal).then(
      () => {
        waiting = undefined;
        told = fault;
        notify({ level: 'warning', title: notice.faultTitle, text: fault });
      },
      () => undefined,
    );
  }

  return { look, stop: stopWaiting };
}
