/**
 * What a unit report says of a display's habits: at which speed it answers, what it answers to which command and how
 * soon, and for how long it hears nothing after one. Pure.
 */
import type { DisplayEvent, DisplayReport } from '../display/display-report.ts';
import { wireMs } from '../wire/display.ts';

export interface RecordedAnswer {
  /** From the last byte of the command to the first of the answer, in ms. */
  readonly delayMs: number;
  readonly text: string;
}

export interface DisplayHabits {
  /** The speed at which it was heard in words. */
  readonly baud: number;
  /**
   * By the command's word in small letters, `bytes` for a chunk of a picture; each in the order of the recording. Empty
   * for a command that it never answered.
   */
  readonly answers: ReadonlyMap<string, readonly RecordedAnswer[]>;
  /** By the same keys: for how long it hears nothing from the end of the command on. */
  readonly deafMs: ReadonlyMap<string, number>;
  /** From opening the port to the first line that it heard, in ms. */
  readonly bootMs: number;
  /** Said after opening, before it was asked. */
  readonly banner: RecordedAnswer | undefined;
}

export const BYTES = 'bytes';
/** What comes so long after the command is no answer to it. */
const ANSWER_WITHIN_MS = 2_500;
/** Deafness is only looked for so long after a command that was answered; longer ones were never seen. */
const DEAF_WITHIN_MS = 2_500;

/** Clocks of driver and wire differ so much. */
const EARLY_MS = 3;
/** From opening the port; 2 s are seen. */
const BANNER_WITHIN_MS = 3_000;

export const keyOf = (line: string): string => (line.split('**')[0] ?? '').trim().toLowerCase();

interface Said {
  readonly key: string;
  /** When its last byte was across. */
  readonly endMs: number;
  readonly startMs: number;
  answer: RecordedAnswer | undefined;
}

export function habitsOf({ events }: DisplayReport): DisplayHabits {
  const baud = spokenBaud(events);
  const msPerByte = wireMs(1, baud);
  const said: Said[] = [];
  let [openedMs, wireFreeMs, bootMs, isOpen] = [0, 0, 0, false];
  let banner: RecordedAnswer | undefined;
  const opens: { readonly from: number; readonly openedMs: number }[] = [];
  for (const event of events) {
    if (event.kind === 'open') {
      isOpen = event.baud === baud;
      [openedMs, wireFreeMs] = [event.at_ms, event.at_ms];
      if (isOpen) opens.push({ from: said.length, openedMs });
    } else if (!isOpen) continue;
    else if (event.kind === 'line' || event.kind === 'bytes') {
      const bytes = event.kind === 'line' ? sentBytes(event.text) : event.count;
      const startMs = Math.max(wireFreeMs, event.at_ms);
      wireFreeMs = startMs + bytes * msPerByte;
      const key = event.kind === 'line' ? keyOf(event.text) : BYTES;
      said.push({ key, startMs, endMs: wireFreeMs, answer: undefined });
    } else if (event.kind === 'heard') {
      const last = said.at(-1);
      const beganMs = event.at_ms - event.text.length * msPerByte;
      // What a board prints while it boots answers nothing, and began before the question was across.
      const isUnasked = last === undefined || last.startMs < openedMs || beganMs < last.endMs - EARLY_MS;
      if (isUnasked && last?.answer === undefined) {
        if (event.at_ms - openedMs < BANNER_WITHIN_MS) banner ??= { delayMs: beganMs - openedMs, text: event.text };
      } else if (last && event.at_ms - last.endMs <= ANSWER_WITHIN_MS) addAnswer(last, event, msPerByte);
    }
  }
  for (const { from, openedMs: at } of opens) {
    const first = said.slice(from).find(({ answer }) => answer !== undefined);
    if (first) bootMs = Math.max(bootMs, first.startMs - at - 1);
  }
  const answers = new Map<string, RecordedAnswer[]>();
  for (const { key, answer } of said) answers.set(key, [...(answers.get(key) ?? []), ...(answer ? [answer] : [])]);
  return { baud, answers, deafMs: deafness(said, opens, answers), bootMs: opens.length > 0 ? bootMs : 0, banner };
}

function addAnswer(last: Said, { at_ms, text }: Extract<DisplayEvent, { kind: 'heard' }>, msPerByte: number): void {
  // It is heard when its last byte is across.
  const delayMs = Math.max(0, at_ms - last.endMs - text.length * msPerByte);
  last.answer = last.answer === undefined ? { delayMs, text } : { ...last.answer, text: last.answer.text + text };
}

/** A line without the answer that it has at other times was not heard: the display was deaf up to its end. */
function deafness(
  said: readonly Said[],
  opens: readonly { readonly from: number }[],
  answers: ReadonlyMap<string, readonly RecordedAnswer[]>,
): Map<string, number> {
  const starts = new Set(opens.map(({ from }) => from));
  const deafMs = new Map<string, number>();
  let changed: Said | undefined;
  for (const [index, each] of said.entries()) {
    if (starts.has(index)) changed = undefined;
    if (each.answer || answers.get(each.key)?.length === 0) changed = each;
    else if (changed && each.key !== BYTES && each.endMs - changed.endMs < DEAF_WITHIN_MS)
      deafMs.set(changed.key, Math.max(deafMs.get(changed.key) ?? 0, each.endMs - changed.endMs));
  }
  return deafMs;
}

function spokenBaud(events: readonly DisplayEvent[]): number {
  let [baud, first] = [0, 0];
  for (const event of events) {
    if (event.kind === 'open') baud = event.baud;
    if (event.kind === 'open') first ||= event.baud;
    if (event.kind === 'heard' && /[a-z]{3}[ -~]*\r?\n/i.test(event.text)) return baud;
  }
  return first || 9_600;
}

/** With its line end; `<150>` stands for 150 bytes. */
const sentBytes = (line: string): number =>
  line.replaceAll(/<(\d+)>/g, (_, count: string) => ' '.repeat(Number(count))).length + 1;
