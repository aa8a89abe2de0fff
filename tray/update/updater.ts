/**
 * Asks the relay now and then whether another version should run here, fetches it, and hands it over in an idle moment.
 * Decides nothing about who gets what when: that is the relay's staging. Knows no process and no user interface.
 */
import * as v from 'valibot';
import { atomicRename } from '../../node/atomic-write.ts';
import type { Clock } from '../../shared/util/clock.ts';
import { messageOf } from '../../shared/wire/errors.ts';
import { withinDeadline } from '../../shared/util/deadline.ts';
import { UpdateAnswer, type UpdateManifest, type UpdatePlatform } from '../../shared/wire/update.ts';
import type { Http } from '../../shared/station/station-types.ts';
import type { Credentials } from '../../shared/station/relay-client.ts';
import type { Log } from '../log/tray-log.ts';
import type { Download } from '../net/node-download.ts';
import type { Release, UpdateStore } from './update-store.ts';
import { isSignedFile, verifyManifest, type UpdateRequirements } from './verify.ts';

/** The first question waits until the start is over; a hundred PCs that start together do not ask together. */
const FIRST_AFTER_MS = 20_000;
const JITTER = 0.5;
const ANSWER_TIMEOUT_MS = 10_000;
/** 92 MB over a branch office's line. */
const DOWNLOAD_TIMEOUT_MS = 30 * 60_000;
const LOOK_WHETHER_IDLE_MS = 500;

export interface UpdaterOptions {
  readonly http: Http;
  readonly download: Download;
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly store: UpdateStore;
  readonly requirements: UpdateRequirements & { readonly platform: UpdatePlatform };
  readonly isIdle: () => boolean;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly log: Log;
  /** A verified version is in the store and the display is idle. It can be tried now. Called once. */
  readonly onReady: (release: Release) => void;
}

export interface Updater {
  stop(): Promise<void>;
}

export function startUpdater(options: UpdaterOptions): Updater {
  const { clock, log, everyMs, random = Math.random } = options;
  const stopping = new AbortController();
  const running = (async () => {
    let waitMs = Math.min(FIRST_AFTER_MS, everyMs);
    while (!stopping.signal.aborted) {
      await clock.sleep(waitMs * (1 + JITTER * random()), stopping.signal);
      waitMs = everyMs;
      try {
        const found = await findUpdate(options, stopping.signal);
        if (found === undefined) continue;
        log.info('update_ready', `Version ${found.release.version} is here and waits for an idle moment.`);
        while (!options.isIdle()) await clock.sleep(LOOK_WHETHER_IDLE_MS, stopping.signal);
        await options.store.startTrial(found.release, found.signedAt);
        return options.onReady(found.release);
      } catch (error) {
        if (!stopping.signal.aborted) log.warn('update_failed', messageOf(error));
      }
    }
  })().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort(new Error('The program ends.'));
      await running;
    },
  };
}

/** @returns the version that should run, stored and verified; undefined when there is none */
async function findUpdate(
  options: UpdaterOptions,
  signal: AbortSignal,
): Promise<{ readonly release: Release; readonly signedAt: string } | undefined> {
  const { store, requirements, log } = options;
  const credentials = await options.credentials();
  if (credentials?.deviceToken === undefined) return undefined;
  const answer = await ask(options, credentials, signal);
  if (answer?.update !== true) return undefined;
  const { refused, youngest } = await store.state();
  const verified = verifyManifest(answer, { ...requirements, notBefore: youngest });
  if (verified.kind === 'wrong') {
    log.warn('update_not_taken', `An update was not taken: ${verified.why}.`);
    return undefined;
  }
  const { manifest } = verified;
  if (refused.includes(manifest.sha256)) return undefined;
  const path = await store.prepareFolder(manifest);
  if (!(await isSignedFile(path, manifest))) await fetchFile(options, credentials, answer.url, manifest, path, signal);
  const { version, sha256, signed_at: signedAt } = manifest;
  return { release: { version, sha256, path, manifest: answer.manifest, signature: answer.signature }, signedAt };
}

async function ask(
  { clock, http, requirements }: UpdaterOptions,
  { deviceId, deviceToken }: Credentials,
  signal: AbortSignal,
): Promise<UpdateAnswer | undefined> {
  const query = new URLSearchParams({
    device_id: deviceId,
    version: requirements.version,
    platform: requirements.platform,
  });
  const { status, body } = await within(clock, ANSWER_TIMEOUT_MS, signal, (over) =>
    http({
      method: 'GET',
      path: `/update?${query.toString()}`,
      headers: { authorization: `Bearer ${deviceToken}` },
      signal: over,
    }),
  );
  // A relay that has no updates, or is older than they are.
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`The relay answered ${status} when asked for updates.`);
  const parsed = v.safeParse(UpdateAnswer, JSON.parse(body));
  if (!parsed.success) throw new Error('The relay’s answer about updates makes no sense.');
  return parsed.output;
}

async function fetchFile(
  { clock, download, log }: UpdaterOptions,
  { deviceToken }: Credentials,
  url: string,
  manifest: UpdateManifest,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  log.info('update_download', `Version ${manifest.version} is being fetched, ${manifest.bytes} bytes.`);
  const draft = `${path}.part`;
  await within(clock, DOWNLOAD_TIMEOUT_MS, signal, (over) =>
    download(
      {
        path: `/${url.replace(/^\/+/, '')}`,
        headers: { authorization: `Bearer ${deviceToken}` },
        maxBytes: manifest.bytes,
        signal: over,
      },
      draft,
    ),
  );
  if (!(await isSignedFile(draft, manifest))) throw new Error('The file is not the one that was signed.');
  await atomicRename(draft, path);
}

async function within<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = await withinDeadline(clock, timeoutMs, signal, work, LATE);
  if (done === LATE) throw new Error(`The relay did not finish within ${timeoutMs / 1_000} s.`);
  return done;
}

const LATE = Symbol('late');
