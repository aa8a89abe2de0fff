/**
 * The running program: a station with a user interface. Knows what a click does and when to notify a person; knows
 * neither Windows nor sockets, which come in as parts.
 */
import { realClock, type Clock } from '../shared/util/clock.ts';
import { messageOf } from '../shared/wire/errors.ts';
import type { DisplayReport } from '../shared/display/display-report.ts';
import { checkSentences } from '../shared/station/check-words.ts';
import type { CheckProgress, Memory, StationControls, StationEvent } from '../shared/station/station-types.ts';
import type { TrayUi, TrayUiEvent, MenuCommand } from './ui/ui.ts';
import { createFaultNotices } from './ui/fault-notices.ts';
import { PHRASES, type Language } from './ui/phrases.ts';
import { factsAfter, FIRST_FACTS, noticeOf, statusOf, viewOf, type Facts } from './ui/presenter.ts';
import type { Log } from './log/tray-log.ts';

export interface ProgramParts {
  readonly makeStation: (onEvent: (event: StationEvent) => void) => StationControls;
  readonly makeUi: (onEvent: (event: TrayUiEvent) => void) => TrayUi;
  readonly memory: Memory;
  readonly log: Log;
  readonly language: Language;
  readonly version: string;
  readonly clock?: Clock;
  /** Writes the report of a check beside the log. @returns its path; undefined where it could not be written */
  readonly keepReport: (report: DisplayReport) => Promise<string | undefined>;
  /** Hears every event of the station, after the program did. */
  readonly onEvent?: (event: StationEvent) => void;
  /** The person, the installer or Windows wants the program to end. */
  readonly onEndRequested: (why: string) => void;
}

export interface Program {
  readonly ui: TrayUi;
  start(): Promise<void>;
  /** Ends the station and takes the icon away. Idempotent; never rejects. */
  stop(): Promise<void>;
  /** Nothing is on its way to the display, and no customer is looking at a QR. */
  isIdle(): boolean;
  readonly facts: Facts;
  readonly language: Language;
}

/** Key in the Memory; also the file's, so it stays as it is. */
const LANGUAGE_KEY = 'tray.language';

export async function rememberedLanguage(memory: Memory): Promise<Language | undefined> {
  const value = await memory.get(LANGUAGE_KEY);
  return value === 'en' || value === 'fr' ? value : undefined;
}

export function createProgram(parts: ProgramParts): Program {
  const { log, version, clock = realClock } = parts;
  let facts = FIRST_FACTS;
  let language = parts.language;
  let screenShowsQr = false;
  let checking = false;
  /** Where the report of the last check lies. */
  let keptAt: Promise<string | undefined> = Promise.resolve(undefined);
  const busyWith = new Set<string>();
  let stopped: Promise<void> | undefined;

  const ui = parts.makeUi(onUiEvent);
  const faults = createFaultNotices(clock, (notice) => ui.notify(notice));
  const station = parts.makeStation(onStationEvent);

  const refresh = (): void => {
    ui.show(viewOf(facts, language));
    faults.look(facts, language);
  };

  function onStationEvent(event: StationEvent): void {
    const before = facts;
    facts = factsAfter(facts, event);
    if (event.kind === 'log') log.write(event.entry);
    if (event.kind === 'screen') screenShowsQr = event.screen?.screen === 'qr';
    if (event.kind === 'check') onCheck(event.progress.stage);
    if (event.kind === 'command') {
      const isUnderWay = ['received', 'preparing', 'uploading'].includes(event.progress.stage);
      if (isUnderWay) busyWith.add(event.commandId);
      else busyWith.delete(event.commandId);
    }
    if (facts !== before) refresh();
    const notice = noticeOf(event, language);
    if (notice) ui.notify(notice);
    parts.onEvent?.(event);
  }

  function onUiEvent(event: TrayUiEvent): void {
    if (event.kind === 'problem') log.warn('face_problem', event.text);
    else if (event.kind === 'answered') station.answerCheck(event.answer);
    else if (event.kind === 'end_requested') parts.onEndRequested(event.cause);
    else obey(event.command).catch((error: unknown) => log.warn('menu_failed', messageOf(error)));
  }

  async function obey(command: MenuCommand): Promise<void> {
    const say = PHRASES[language];
    log.info('menu', command);
    switch (command) {
      case 'status':
        return ui.showBox(say.status.title, statusOf(facts, language, version));
      case 'test_card':
        return station
          .showTestCard()
          .catch((error: unknown) => ui.showBox(say.status.title, `${say.box.testCardFailed}\n${messageOf(error)}`));
      case 'pairing_code':
        return station
          .showPairingCode()
          .then((code) => `${say.box.pairingCode}: ${code}\n${say.box.pairingUse}`)
          .catch((error: unknown) => `${say.box.pairingFailed}\n${messageOf(error)}`)
          .then((text) => ui.showBox(say.status.title, text));
      case 'check_display':
        return checkDisplay();
      case 'logs':
        return ui.open(log.path);
      case 'restart_connection':
        station.wake();
        return station.restartDisplay();
      case 'language_en':
        return choose('en');
      case 'language_fr':
        return choose('fr');
      case 'exit':
        return parts.onEndRequested('menu');
    }
  }

  function onCheck(stage: CheckProgress['stage']): void {
    checking = stage === 'looking' || stage === 'scan';
    const { status, box } = PHRASES[language];
    if (stage === 'scan') ui.ask(status.title, box.checkScan);
    // No matter who asked for it.
    if (!checking) keptAt = keepReport();
  }

  async function keepReport(): Promise<string | undefined> {
    const report = station.checkReport();
    return report && parts.keepReport(report);
  }

  async function checkDisplay(): Promise<void> {
    const { status, box } = PHRASES[language];
    ui.notify({ level: 'info', title: box.checking, text: box.checkingText });
    const found = await station.checkDisplay().then(
      (check) => checkSentences(check, language),
      (error: unknown) => [box.checkFailed, messageOf(error)],
    );
    const path = await keptAt;
    ui.showBox(status.title, [...found, ...(path === undefined ? [] : ['', box.checkReport, path])].join('\n'));
  }

  async function choose(next: Language): Promise<void> {
    language = next;
    refresh();
    await parts.memory.set(LANGUAGE_KEY, next);
  }

  async function stop(): Promise<void> {
    faults.stop();
    await station.stop();
    await ui.close();
  }

  return {
    ui,
    start: async () => {
      refresh();
      await station.start();
    },
    stop: () => (stopped ??= stop()),
    isIdle: () => busyWith.size === 0 && !screenShowsQr && !checking,
    get facts() {
      return facts;
    },
    get language() {
      return language;
    },
  };
}
