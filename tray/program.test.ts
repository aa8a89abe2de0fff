import { describe, expect, it } from 'vitest';
import type { StationControls, StationEvent } from '../shared/station/station-types.ts';
import type { DisplayReport } from '../shared/display/display-report.ts';
import type { DisplayCheck } from '../shared/wire/display-check.ts';
import { MapMemory } from '../tests/support/station/station-rig.ts';
import { ManualClock } from '../tests/support/manual-clock.ts';
import type { TrayUiEvent, TrayView, MenuCommand } from './ui/ui.ts';
import type { Log } from './log/tray-log.ts';
import { createProgram, rememberedLanguage } from './program.ts';

const CHECK: DisplayCheck = {
  baud: 9_600,
  deaf_ms: 0,
  picture_ms: 3_100,
  own_code: 'words',
  own_code_ms: 600,
  scanned: 'yes',
  advice: 'native',
};

/** A program whose station does nothing and whose user interface only remembers. */
function rig() {
  const did: string[] = [];
  const views: TrayView[] = [];
  const boxes: string[] = [];
  let say: (event: StationEvent) => void = () => undefined;
  let click: (event: TrayUiEvent) => void = () => undefined;
  let testCard: Promise<void> = Promise.resolve();
  let check: Promise<DisplayCheck> = Promise.resolve(CHECK);
  let report: DisplayReport | undefined;
  let pairingCode: Promise<string> = Promise.resolve('ABC234');
  const doing = (what: string) => async (): Promise<void> => void did.push(what);
  const station: StationControls = {
    start: doing('start'),
    stop: doing('stop'),
    wake: () => void did.push('wake'),
    provision: doing('provision'),
    showTestCard: () => (did.push('test card'), testCard),
    showPairingCode: () => pairingCode,
    restartDisplay: doing('restart'),
    checkDisplay: () => (did.push('check'), check),
    answerCheck: (scanned) => void did.push(`scanned: ${scanned}`),
    checkReport: () => report,
  };
  const quiet = (): void => undefined;
  const log: Log = { path: 'counterqr.log', write: quiet, info: quiet, warn: quiet, error: quiet };
  const memory = new MapMemory();
  const program = createProgram({
    makeStation: (onEvent) => ((say = onEvent), station),
    makeUi: (onEvent) => {
      click = onEvent;
      return {
        show: (view) => void views.push(view),
        notify: quiet,
        showBox: (title, text) => void boxes.push(`${title}: ${text}`),
        ask: (title, question) => void boxes.push(`${title}? ${question}`),
        open: (path) => void did.push(`open ${path}`),
        close: doing('close'),
      };
    },
    memory,
    log,
    language: 'en',
    version: '1.2.3',
    keepReport: async ({ recorded_by }) => `/logs/${recorded_by}.json`,
    clock: new ManualClock(),
    onEndRequested: (why) => void did.push(`end: ${why}`),
  });
  return {
    program,
    did,
    views,
    boxes,
    memory,
    say: (event: StationEvent) => say(event),
    choose: async (command: MenuCommand) => {
      click({ kind: 'chosen', command });
      await new Promise((resolve) => setImmediate(resolve));
    },
    failTestCard: (text: string) => {
      testCard = Promise.reject(new Error(text));
      testCard.catch(quiet);
    },
    answer: (answer: 'yes' | 'no') => click({ kind: 'answered', answer }),
    record: () =>
      void (report = {
        schema: 'counterqr-unit-report/1',
        recorded_by: 'tray 1',
        port: { label: 'COM5' },
        dropped_events: 0,
        events: [],
      }),
    failCheck: (text: string) => {
      check = Promise.reject(new Error(text));
      check.catch(quiet);
    },
    failPairingCode: (text: string) => {
      pairingCode = Promise.reject(new Error(text));
      pairingCode.catch(quiet);
    },
  };
}

describe('the program', () => {
  it('does what the menu says', async () => {
    const { did, boxes, choose } = rig();
    for (const command of ['test_card', 'logs', 'restart_connection', 'exit', 'status'] as const) await choose(command);
    expect(did).toEqual(['test card', 'open counterqr.log', 'wake', 'restart', 'end: menu']);
    expect(boxes).toHaveLength(1);
    expect(boxes[0]).toContain('1.2.3');
  });

  it('tells the person why there is no test card', async () => {
    const { boxes, choose, failTestCard } = rig();
    failTestCard('The display is not ready.');
    await choose('test_card');
    expect(boxes).toEqual(['Counter QR: The test card could not be shown.\nThe display is not ready.']);
  });

  it('checks the display, asks whether its code can be scanned, and says what was found and where the report lies', async () => {
    const { program, did, boxes, say, choose, answer, record, failCheck } = rig();
    record();
    say({ kind: 'check', progress: { stage: 'looking', step: 'speed' } });
    expect(program.isIdle()).toBe(false);
    say({ kind: 'check', progress: { stage: 'scan' } });
    expect(boxes).toEqual(['Counter QR? Scan the code on the display with a phone. Could it be read?']);
    answer('yes');
    say({ kind: 'check', progress: { stage: 'done', check: CHECK } });
    expect(program.isIdle()).toBe(true);

    await choose('check_display');
    expect(did).toEqual(['scanned: yes', 'check']);
    expect(boxes.at(-1)).toContain('It answers at 9600 baud.');
    expect(boxes.at(-1)).toContain('choose native, 5 times faster.');
    expect(boxes.at(-1)).toMatch(/\n\/logs\/tray 1\.json$/);

    failCheck('The display is not ready.');
    await choose('language_fr');
    await choose('check_display');
    expect(boxes.at(-1)).toContain('L’écran n’a pas pu être vérifié.\nThe display is not ready.');
  });

  it('tells the person the pairing code and what it is for, or why there is none, in the language chosen', async () => {
    const { boxes, choose, failPairingCode } = rig();
    await choose('pairing_code');
    expect(boxes).toEqual([
      'Counter QR: Pairing code: ABC234\nType it into the web app within five minutes; it is good once.',
    ]);
    await choose('language_fr');
    await choose('pairing_code');
    expect(boxes.at(-1)).toContain('Code d’association: ABC234\nÀ saisir');
    failPairingCode('The relay gave no pairing code.');
    await choose('pairing_code');
    expect(boxes.at(-1)).toBe('Counter QR: Il n’y a pas de code d’association.\nThe relay gave no pairing code.');
  });

  it('speaks the chosen language at once, and after the next start', async () => {
    const { views, memory, choose } = rig();
    await choose('language_fr');
    expect(views.at(-1)?.tooltip).toContain('Connexion');
    expect(await rememberedLanguage(memory)).toBe('fr');
  });

  it('is idle only while nothing is on its way and no customer looks at a QR', () => {
    const { program, say } = rig();
    const jpeg = new Uint8Array();
    expect(program.isIdle()).toBe(true);
    say({ kind: 'command', commandId: 'c', type: 'display_qr', progress: { stage: 'received' } });
    expect(program.isIdle()).toBe(false);
    say({ kind: 'screen', screen: { screen: 'qr', commandId: 'c', jpeg } });
    const picture = { verified: true };
    say({ kind: 'command', commandId: 'c', type: 'display_qr', progress: { stage: 'displayed', picture, tookMs: 1 } });
    expect(program.isIdle()).toBe(false);
    say({ kind: 'screen', screen: { screen: 'idle', jpeg } });
    expect(program.isIdle()).toBe(true);
  });

  it('stops once, however often it is asked', async () => {
    const { program, did } = rig();
    await Promise.all([program.stop(), program.stop()]);
    expect(did).toEqual(['stop', 'close']);
  });
});
