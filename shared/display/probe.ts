/**
 * Is somebody there, at this speed? `test` is unknown to every firmware, so each answers with its model line and does
 * nothing.
 */
import { ask, spoken } from './serial-commands.ts';
import type { SerialConnection } from './serial-connection.ts';
import { isDisplayError } from './display-error.ts';
import { isExit } from './reply-lines.ts';

/** A board that was reset by opening is deaf for 1.2 to 2 s (docs/protocol.md). */
const BOOT_MS = 2_000;
const BOOT_PROBE_MS = 350;
const PROBE_MS = 700;
const PROBES = 2;
/** Bytes that did not become a line still say that somebody is there. */
const NOISE_BYTES = 2;
/** Answers to earlier probes may still come; they would be taken for answers to what is asked next. */
const AFTER_QUIET_MS = 60;
const AFTER_QUIET_AT_MOST_MS = 600;

export type ProbeResult =
  | { readonly kind: 'answered'; readonly modelLine?: string | undefined; readonly saysExit: 'yes' | 'no' }
  /** Bytes, but no words: another speed, or a display that stammers. */
  | { readonly kind: 'noise' }
  | { readonly kind: 'silent' };

/** More than `ok`: said by a display that is not counting bytes and has not lost its mind. */
export const isSane = (heard: ProbeResult): boolean =>
  heard.kind === 'answered' && (heard.modelLine !== undefined || heard.saysExit === 'yes');

/**
 * Waits until the board has booted, asking all the while. What it says by itself meanwhile is thrown away: only an
 * answer that ends in `exit` is taken for one.
 */
export async function waitUntilBooted(connection: SerialConnection, signal?: AbortSignal): Promise<ProbeResult> {
  const { channel: channel, clock } = connection;
  const until = clock.now() + BOOT_MS;
  while (clock.now() < until) {
    channel.discard();
    await channel.writeLine('test', signal);
    let said: string | undefined;
    try {
      await channel.nextLine((line) => (isExit(line) ? true : void (said = line)), {
        timeoutMs: Math.min(BOOT_PROBE_MS, Math.max(0, until - clock.now())),
        signal,
        what: 'the board to boot',
      });
      await channel.waitUntilQuiet(AFTER_QUIET_MS, AFTER_QUIET_AT_MOST_MS, signal);
      return { kind: 'answered', modelLine: said, saysExit: 'yes' };
    } catch (error) {
      if (!isDisplayError(error) || error.code !== 'no_reply') throw error;
    }
  }
  return { kind: 'silent' };
}

/** After the boot: any words count as an answer. */
export async function probe(connection: SerialConnection, signal?: AbortSignal, times = PROBES): Promise<ProbeResult> {
  let noise = false;
  for (let time = 0; time < times; time += 1) {
    const heard = await probeOnce(connection, signal);
    if (heard.kind === 'answered') {
      await connection.channel.waitUntilQuiet(AFTER_QUIET_MS, AFTER_QUIET_AT_MOST_MS, signal);
      return heard;
    }
    noise ||= heard.kind === 'noise';
  }
  return { kind: noise ? 'noise' : 'silent' };
}

/** One question, where no answer to an earlier one can still be on its way. */
export async function probeOnce({ channel: channel }: SerialConnection, signal?: AbortSignal): Promise<ProbeResult> {
  const answer = await ask(channel, 'test', { timeoutMs: PROBE_MS, signal });
  if (answer && (answer.exit || channel.receivedText))
    return { kind: 'answered', modelLine: spoken(answer), saysExit: answer.exit ? 'yes' : 'no' };
  return { kind: channel.receivedBytes >= NOISE_BYTES ? 'noise' : 'silent' };
}
