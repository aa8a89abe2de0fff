/** What unit reports say of their displays, as a table for people; docs/displays.md holds it. */
import { saysDrawn } from '../../../shared/display/native-screen.ts';
import { isExit } from '../../../shared/display/reply-lines.ts';
import { parseFileinfo, spoken, type Answer } from '../../../shared/display/serial-commands.ts';
import type { DisplayReport } from '../../../shared/display/display-report.ts';
import { BYTES, habitsOf, type DisplayHabits } from '../../../shared/simulator/display-habits.ts';
import { markdownTable } from '../docs/markdown-table.ts';

const HEAD = ['Unit', 'Speed', 'Model line', '`exit`', '`fileinfo`', '`delete`', 'Deaf after', 'Draws codes'];
const NOT_ASKED = 'not asked';
const NO_ANSWER = 'no answer';

/** Screen changes as the page's words have them; of others the command itself is printed. */
const CHANGES: Readonly<Record<string, string>> = {
  stoprotation: 'stop',
  startrotation: 'start',
  [BYTES]: 'upload',
  displayqrcodescreen: 'its code',
  displaysuccessqrcodescreen: 'its “paid”',
  displaycancelqrcodescreen: 'its “cancelled”',
  welcomescreen: 'its welcome',
};

/** By the name of the unit's file, without `.json`; in the order given. */
export const unitTable = (units: readonly (readonly [name: string, report: DisplayReport])[]): string =>
  markdownTable(
    HEAD,
    units.map(([name, report]) => [`\`${name}\``, ...cellsOf(report)]),
  );

function cellsOf(report: DisplayReport): string[] {
  const habits = habitsOf(report);
  return [
    speedOf(report, habits),
    modelOf(habits),
    exitOf(habits),
    fileinfoOf(habits),
    deleteOf(report),
    deafnessOf(habits),
    drawingOf(habits),
  ];
}

function speedOf({ events }: DisplayReport, { baud }: DisplayHabits): string {
  const tried = events.flatMap((event) => (event.kind === 'open' ? [event.baud] : []));
  const others = [...new Set(tried)].filter((each) => each !== baud);
  return others.length === 0 ? `${baud}` : `${baud}, not ${others.join(', ')}`;
}

/** The last answer to a command, `none` where it never answered, `unasked` where it never got the command. */
function lastAnswer({ answers }: DisplayHabits, key: string): Answer | 'none' | 'unasked' {
  const recorded = answers.get(key);
  if (recorded === undefined) return 'unasked';
  const last = recorded.at(-1);
  return last === undefined ? 'none' : answerOf(last.text);
}

/** As `ask` hands it to the driver. */
function answerOf(text: string): Answer {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return { lines: lines.filter((line) => line !== '' && !isExit(line)), exit: lines.some(isExit) };
}

function modelOf(habits: DisplayHabits): string {
  const answer = lastAnswer(habits, 'test');
  if (answer === 'unasked') return NOT_ASKED;
  return (answer === 'none' ? undefined : spoken(answer)) ?? NO_ANSWER;
}

function exitOf(habits: DisplayHabits): string {
  const answer = lastAnswer(habits, 'test');
  if (answer === 'unasked') return NOT_ASKED;
  return answer === 'none' ? NO_ANSWER : yesNo(answer.exit);
}

function fileinfoOf(habits: DisplayHabits): string {
  const answer = lastAnswer(habits, 'fileinfo');
  if (answer === 'unasked') return NOT_ASKED;
  if (answer === 'none') return NO_ANSWER;
  if (parseFileinfo(answer) === undefined) return 'no';
  const isMarked = habits.answers.get('fileinfo')?.some(({ text }) => text.includes('end_of_fileinfo'));
  return `${answer.lines.length === 1 ? 'one line' : 'many lines'}${isMarked ? ', `end_of_fileinfo`' : ''}`;
}

/** The form that it confirmed: habits do not tell one form from the other. */
function deleteOf({ events }: DisplayReport): string {
  let asked: string | undefined;
  let isAsked = false;
  for (const event of events) {
    if (event.kind === 'line') asked = /^delete\*\*(images\*\*)?/.exec(event.text)?.[0];
    isAsked ||= asked !== undefined;
    if (event.kind === 'heard' && asked !== undefined && /delet/i.test(event.text)) return `\`${asked}…\``;
  }
  return isAsked ? 'neither form' : NOT_ASKED;
}

function deafnessOf({ deafMs }: DisplayHabits): string {
  const windows = [...deafMs].map(([key, ms]) => `${CHANGES[key] ?? key} ${(Math.ceil(ms / 100) / 10).toFixed(1)} s`);
  return windows.length === 0 ? '–' : windows.join(', ');
}

function drawingOf(habits: DisplayHabits): string {
  const answer = lastAnswer(habits, 'displayqrcodescreen');
  if (answer === 'unasked') return NOT_ASKED;
  if (answer === 'none') return 'says nothing';
  const words = answer.lines.find((line) => saysDrawn('qr', line));
  return words === undefined ? 'no' : `“${words}”`;
}

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');
