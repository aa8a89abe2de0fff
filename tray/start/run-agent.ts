/**
 * Decides which version runs, and lives as long as it does: this one, a newer one that proved itself, or one on trial.
 */
import { mkdirSync } from 'node:fs';
import { PHRASES } from '../ui/phrases.ts';
import { acquireLockFile, type Instance } from '../instance/single-instance.ts';
import { acquireMutex } from '../instance/windows-instance.ts';
import { ALREADY_RUNNING, ENDED_AS_ASKED, type ExitCode } from '../exit-codes.ts';
import { createRedactor } from '../log/redact.ts';
import { openTrayLog } from '../log/tray-log.ts';
import { argumentsForSuccessor, type CommandLine } from '../settings/command-line.ts';
import type { Paths } from '../settings/paths.ts';
import { programFolderOf, readSettings } from '../settings/read-settings.ts';
import { SettingsError } from '../settings/settings.ts';
import { UpdateStore } from '../update/update-store.ts';
import { provenRelease, startProven, tryRelease } from '../update/trial-run.ts';
import { VERSION } from '../version.ts';
import { logCrashes } from './shutdown.ts';
import { showMessage } from './startup-errors.ts';
import { isProgramRunning, lockFileOf } from './tasks.ts';
import { updateRequirements } from './update-requirements.ts';
import { configuredLanguage, run, type RunContext } from './run.ts';

export async function runAgent(commandLine: CommandLine, paths: Paths): Promise<ExitCode> {
  mkdirSync(paths.dataFolder, { recursive: true });
  const merged = readSettings(commandLine, paths);
  const { settings } = merged;
  const language = configuredLanguage(settings);
  if (settings.relay === undefined) throw new SettingsError(PHRASES[language].box.notSetUp);

  let instance = await acquireInstance(paths);
  if (instance === undefined) {
    await showMessage(PHRASES[language].box.alreadyRunning, commandLine.inBackground);
    return ALREADY_RUNNING;
  }
  const redactor = createRedactor();
  if (settings.enrol !== undefined) redactor.hide(settings.enrol);
  const log = openTrayLog({ path: paths.logFile, redactor });
  logCrashes(log);
  const updateStore = new UpdateStore(paths.updateFolder);
  const successorLine = argumentsForSuccessor(process.argv.slice(2), programFolderOf(commandLine));
  const requirements = updateRequirements(settings, log);
  const context: RunContext = {
    merged,
    relay: new URL(settings.relay),
    language,
    paths,
    redactor,
    log,
    updateStore,
    requirements,
  };

  try {
    const proven =
      commandLine.startedBy === 'user' && requirements !== undefined
        ? await provenRelease(updateStore, requirements)
        : undefined;
    if (proven !== undefined) {
      await instance.release();
      instance = undefined;
      log.info('update_start', `Version ${proven.version} runs in place of ${VERSION}.`);
      const outcome = await startProven(proven, successorLine, updateStore, () => isProgramRunning(paths));
      if (outcome.kind !== 'failed') return 0;
      log.error('update_failed', `Version ${proven.version} did not start: ${outcome.why}. ${VERSION} runs.`);
    }
    let rolledBack = false;
    for (;;) {
      instance ??= await acquireInstance(paths);
      if (instance === undefined) return ALREADY_RUNNING;
      const outcome = await run({ ...context, onTrial: commandLine.startedBy === 'version_before', rolledBack });
      if (outcome.kind === 'ended') return commandLine.startedBy === 'user' ? 0 : ENDED_AS_ASKED;
      await instance.release();
      instance = undefined;
      const { release } = outcome;
      log.info('update_trial', `Version ${release.version} takes over from ${VERSION}, on trial.`);
      const trial = await tryRelease(release, successorLine, updateStore);
      if (trial.kind !== 'failed') return 0;
      log.error('update_rolled_back', `Version ${release.version} failed: ${trial.why}. ${VERSION} is back.`);
      rolledBack = true;
    }
  } finally {
    await instance?.release();
  }
}

const acquireInstance = async (paths: Paths): Promise<Instance | undefined> =>
  process.platform === 'win32' ? acquireMutex() : acquireLockFile(lockFileOf(paths));
