/** Decides which version runs, and lives as long as it does: this one, a newer one that proved itself, or one on trial. */
import { mkdirSync } from 'node:fs';
import { PHRASES } from '../ui/phrases.ts';
import { acquireLockFile, isAlive, lockOwner, type Instance } from '../instance/single-instance.ts';
import { acquireMutex, isRunning } from '../instance/windows-instance.ts';
import { createRedactor } from '../log/redact.ts';
import { openRollingLog } from '../log/rolling-log.ts';
import { lineForSuccessor, type CommandLine } from '../settings/command-line.ts';
import type { Places } from '../settings/paths.ts';
import { programFolderOf, readSettings } from '../settings/read-settings.ts';
import { SettingsError } from '../settings/settings.ts';
import { Shelf } from '../update/update-store.ts';
import { provenRelease, startProven, tryRelease } from '../update/trial-run.ts';
import { VERSION } from '../version.ts';
import { logCrashes } from './shutdown.ts';
import { ASKED_TO_END, RUNS_ALREADY, tell, type EndCode } from './startup-errors.ts';
import { lockFileOf } from './tasks.ts';
import { updateExpectations } from './update-expectations.ts';
import { configuredLanguage, work, type Stretch } from './run.ts';

export async function runAgent(commandLine: CommandLine, places: Places): Promise<EndCode> {
  mkdirSync(places.dataFolder, { recursive: true });
  const merged = readSettings(commandLine, places);
  const { settings } = merged;
  const language = configuredLanguage(settings);
  if (settings.relay === undefined) throw new SettingsError(PHRASES[language].box.notSetUp);

  let instance = acquireInstance(places);
  if (instance === undefined) {
    await tell(PHRASES[language].box.alreadyRunning, commandLine.inBackground);
    return RUNS_ALREADY;
  }
  const redactor = createRedactor();
  if (settings.enrol !== undefined) redactor.hide(settings.enrol);
  const log = openRollingLog({ path: places.logFile, redactor });
  logCrashes(log);
  const shelf = new Shelf(places.updateFolder);
  const successorLine = lineForSuccessor(process.argv.slice(2), programFolderOf(commandLine));
  const expectations = updateExpectations(settings, log);
  const stretch: Stretch = {
    merged,
    relay: new URL(settings.relay),
    language,
    places,
    redactor,
    log,
    shelf,
    expectations,
  };

  try {
    const proven =
      commandLine.startedBy === 'user' && expectations !== undefined
        ? await provenRelease(shelf, expectations)
        : undefined;
    if (proven !== undefined) {
      instance.release();
      instance = undefined;
      log.info('update_start', `Version ${proven.version} runs in place of ${VERSION}.`);
      const outcome = await startProven(proven, successorLine, shelf, () => somebodyRuns(places));
      if (outcome.kind !== 'failed') return 0;
      log.error('update_failed', `Version ${proven.version} did not start: ${outcome.why}. ${VERSION} runs.`);
    }
    let rolledBack = false;
    for (;;) {
      instance ??= acquireInstance(places);
      if (instance === undefined) return RUNS_ALREADY;
      const outcome = await work({ ...stretch, onTrial: commandLine.startedBy === 'version_before', rolledBack });
      if (outcome.kind === 'ended') return commandLine.startedBy === 'user' ? 0 : ASKED_TO_END;
      instance.release();
      instance = undefined;
      const { release } = outcome;
      log.info('update_trial', `Version ${release.version} takes over from ${VERSION}, on trial.`);
      const trial = await tryRelease(release, successorLine, shelf);
      if (trial.kind !== 'failed') return 0;
      log.error('update_rolled_back', `Version ${release.version} failed: ${trial.why}. ${VERSION} is back.`);
      rolledBack = true;
    }
  } finally {
    instance?.release();
  }
}

const acquireInstance = (places: Places): Instance | undefined =>
  process.platform === 'win32' ? acquireMutex() : acquireLockFile(lockFileOf(places));

function somebodyRuns(places: Places): boolean {
  if (process.platform === 'win32') return isRunning();
  const owner = lockOwner(lockFileOf(places));
  return owner !== undefined && isAlive(owner);
}
