/**
 * Starting another version in place of this one: on trial with this one watching, or, once it has proved itself, straight away. The installed
 * program stays as it is and starts first each time; so there is always a way back.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../shared/wire/errors.ts';
import { ASKED_TO_END, RUNS_ALREADY } from '../start/startup-errors.ts';
import { signedManifestOf, type Release, type Shelf } from './update-store.ts';
import { isSignedFile, verifyManifest, type Expectations } from './verify.ts';

/** The word: rolled back unless the new version reports to the relay within two minutes. */
export const REPORT_WITHIN_MS = 120_000;
/** From its start until it holds the display's lock: the log-in of an old PC, whose virus scanner reads all 92 MB first. */
const UP_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;

export type Outcome =
  | { readonly kind: 'took_over' }
  /** A person or the installer asked it to end before it could prove anything. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly why: string; readonly how: 'ended' | 'runs_already' | 'too_slow' };

/**
 * Tries a version; it passes when it marks itself as good, which it does after its first word with the relay. One that ends before, as if all were
 * well but without having been asked to, fails too: else nothing would run until the next log-in.
 */
export async function tryRelease(release: Release, args: readonly string[], shelf: Shelf): Promise<Outcome> {
  const hasReported = async (): Promise<boolean> => (await shelf.state()).good?.sha256 === release.sha256;
  const outcome = await startAndWatch(release, [...args, '--trial'], hasReported, REPORT_WITHIN_MS);
  if (outcome.kind === 'failed') await shelf.refuse(release);
  return outcome;
}

/** The version that proved itself and is newer than the one that asks, checked as if it had just been downloaded. */
export async function provenRelease(shelf: Shelf, expectations: Expectations): Promise<Release | undefined> {
  const { good } = await shelf.state();
  if (good === undefined) return undefined;
  const verified = verifyManifest(signedManifestOf(good), expectations);
  if (verified.kind === 'wrong') return undefined;
  return (await isSignedFile(good.path, verified.manifest)) ? good : undefined;
}

/**
 * Starts a proven version. It is refused from then on only if it ended by itself: neither a slow PC nor another person's program is its fault.
 * @param isUp whether some program holds the display now
 */
export async function startProven(
  release: Release,
  args: readonly string[],
  shelf: Shelf,
  isUp: () => boolean,
  withinMs = UP_WITHIN_MS,
): Promise<Outcome> {
  const outcome = await startAndWatch(release, [...args, '--launched'], async () => isUp(), withinMs);
  if (outcome.kind === 'failed' && outcome.how === 'ended') await shelf.refuse(release);
  return outcome;
}

async function startAndWatch(
  release: Release,
  args: readonly string[],
  isWell: () => Promise<boolean>,
  withinMs: number,
): Promise<Outcome> {
  const child = spawn(release.path, args, { detached: true, stdio: 'ignore' });
  let over: Outcome | undefined;
  child.once('error', (error) => (over = { kind: 'failed', why: messageOf(error), how: 'ended' }));
  child.once('exit', (code, signal) => {
    const how = code === RUNS_ALREADY ? 'runs_already' : 'ended';
    over ??=
      code === ASKED_TO_END ? { kind: 'ended' } : { kind: 'failed', why: `it ended with ${code ?? signal}`, how };
  });
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (over !== undefined) return over;
    if (await isWell()) {
      child.unref();
      return { kind: 'took_over' };
    }
    await sleep(LOOK_EVERY_MS);
  }
  child.kill('SIGKILL');
  return { kind: 'failed', why: `it did not report within ${withinMs / 1000} s`, how: 'too_slow' };
}
