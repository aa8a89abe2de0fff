/** Simple commands: one line out, a few lines back, none of them promised by the design (docs/protocol.md). */
import { isDisplayError } from './display-error.ts';
import type { LineChannel } from './line-channel.ts';
import { isAck, isExit } from './reply-lines.ts';

/**
 * After the first line of an answer: how long the next may take where the display is known to end with `exit`, and
 * where not.
 */
const NEXT_LINE_MS = { known: 400, unknown: 80 } as const;

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly saysExit?: 'yes' | 'no' | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** Without `exit`. */
  readonly lines: readonly string[];
  readonly exit: boolean;
}

/**
 * The answer, or undefined when none came in time. @throws DisplayError `lost`, `aborted`, `no_reply` when the port
 * takes no bytes
 */
export async function ask(
  channel: LineChannel,
  command: string,
  { timeoutMs, saysExit, signal }: CommandOptions,
): Promise<Answer | undefined> {
  channel.discard();
  await channel.writeLine(command, signal);
  const lines: string[] = [];
  const gather = (line: string): 'line' | 'exit' => {
    if (isExit(line)) return 'exit';
    lines.push(line);
    return 'line';
  };
  let got = await channel.nextLine(gather, { timeoutMs, signal, what: `an answer to ${command}` }).catch(nothing);
  if (got === undefined) return undefined;
  const nextMs = saysExit === 'yes' ? NEXT_LINE_MS.known : NEXT_LINE_MS.unknown;
  while (got === 'line') {
    got = await channel.nextLine(gather, { timeoutMs: nextMs, signal, what: 'exit' }).catch(nothing);
  }
  return { lines, exit: got === 'exit' };
}

function nothing(error: unknown): undefined {
  if (isDisplayError(error) && error.code === 'no_reply') return undefined;
  throw error;
}

/** The first line that is no stray `ok`. */
export const spoken = (answer: Answer | undefined): string | undefined => answer?.lines.find((line) => !isAck(line));

/**
 * Stored sizes by file name, from the JSON of `fileinfo`, on one line or many; undefined where the firmware does not
 * know the command.
 */
export function parseFileinfo(answer: Answer | undefined): ReadonlyMap<string, number> | undefined {
  const lines = answer?.lines ?? [];
  const from = lines.findIndex((line) => line.startsWith('{'));
  if (from < 0) return undefined;
  const to = lines.findLastIndex((line) => line.endsWith('}'));
  const json = lines.slice(from, to + 1).join(' ');
  try {
    const parsed = JSON.parse(json) as { readonly images?: unknown };
    if (!Array.isArray(parsed.images)) return undefined;
    const files = new Map<string, number>();
    for (const entry of parsed.images as readonly unknown[]) {
      if (typeof entry !== 'object' || entry === null || !('filename' in entry) || !('size' in entry)) continue;
      files.set(String(entry.filename).replace(/^.*\//, ''), Number(entry.size));
    }
    return files;
  } catch {
    return undefined;
  }
}
