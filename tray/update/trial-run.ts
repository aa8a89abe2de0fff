/**
 * Starting another version in place of this one: on trial with this one watching, or, once it has proved itself,
 * straight away. The installed program stays as it is and starts first each time; so there is always a way back.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../shared/wire/errors.ts';
import { ALREADY_RUNNING, ENDED_AS_ASKED } from '../exit-codes.ts';
import { signedManifestOf, type Release, type UpdateStore } from './update-store.ts';
import { isSignedFile, verifyManifest, type UpdateRequirements } from './verify.ts';

/** The word: rolled back unless the new version reports to the relay within two minutes. */
const REPORT_WITHIN_MS = 120_000;
/**
 * From its start until it holds the display's lock: the log-in of an old PC, whose virus scanner reads all 92 MB first.
 */
const UP_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;

export type TrialOutcome =
  | { readonly kind: 'took_over' }
  /** A person or the installer asked it to end before it could prove anything. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly why: string; readonly how: 'ended' | 'runs_already' | 'too_slow' };

/**
 * Tries a version; it passes when it marks itself as good, which it does after its first word with the relay. One that
 * ends before, as if all were well but without having been asked to, fails too: else nothing would run until the next
 * log-in.
 */
export async function tryRelease(release: Release, args: readonly string[], store: UpdateStore): Promise<TrialOutcome> {
  const hasReported = async (): Promise<boolean> => (await store.state()).good?.sha256 === release.sha256;
  const outcome = await startAndWatch(release, [...args, '--trial'], hasReported, REPORT_WITHIN_MS);
  if (outcome.kind === 'failed') await store.refuse(release);
  return outcome;
}

/** The version that proved itself and is newer than the one that asks, checked as if it had just been downloaded. */
export async function provenRelease(
  store: UpdateStore,
  requirements: UpdateRequirements,
): Promise<Release | undefined> {
  const { good } = await store.state();
  if (good === undefined) return undefined;
  const verified = verifyManifest(signedManifestOf(good), requirements);
  if (verified.kind === 'wrong') return undefined;
  return (await isSignedFile(good.path, verified.manifest)) ? good : undefined;
}

/**
 * Starts a proven version. It is refused from then on only if it ended by itself: neither a slow PC nor another
 * person's program is its fault.
 * @param isUp whether some program holds the display now
 */
export async function startProven(
  release: Release,
  args: readonly string[],
  store: UpdateStore,
  isUp: () => Promise<boolean>,
  withinMs = UP_WITHIN_MS,
): Promise<TrialOutcome> {
  const outcome = await startAndWatch(release, [...args, '--launched'], isUp, withinMs);
  if (outcome.kind === 'failed' && outcome.how === 'ended') await store.refuse(release);
  return outcome;
}

async function startAndWatch(
  release: Release,
  args: readonly string[],
  hasSucceeded: () => Promise<boolean>,
  withinMs: number,
): Promise<TrialOutcome> {
  const child = spawn(release.path, args, { detached: true, stdio: 'ignore' });
  let outcome: TrialOutcome | undefined;
  child.once('error', (error) => (outcome = { kind: 'failed', why: messageOf(error), how: 'ended' }));
  child.once('exit', (code, signal) => {
    const how = code === ALREADY_RUNNING ? 'runs_already' : 'ended';
    outcome ??=
      code === ENDED_AS_ASKED ? { kind: 'ended' } : { kind: 'failed', why: `it ended with ${code ?? signal}`, how };
  });
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (outcome !== undefined) return outcome;
    if (await hasSucceeded()) {
      child.unref();
      return { kind: 'took_over' };
    }
    await sleep(LOOK_EVERY_MS);
  }
  child.kill('SIGKILL');
  return { kind: 'failed', why: `it did not report within ${withinMs / 1000} s`, how: 'too_slow' };
}
