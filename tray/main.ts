/**
 * The tray executable. This file only decides what is to be done; exit codes: 0 ended as asked, 1 crashed or could not
 * do it, 2 wrong settings, 3 runs already, 10 ended as asked, to the version that started this one. Parts are imported
 * when their task needs them: with most of them come compiled addons, which must not be loaded before the installer has
 * put them where they belong.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keepHeapSmall } from '../node/v8-flags.ts';
import { messageOf } from '../shared/wire/errors.ts';
import type { ExitCode } from './exit-codes.ts';
import { parseCommandLine, type CommandLine } from './settings/command-line.ts';
import { pathsOf } from './settings/paths.ts';
import { reportStartupError } from './start/startup-errors.ts';

keepHeapSmall();

async function perform(commandLine: CommandLine): Promise<ExitCode> {
  const paths = pathsOf(commandLine.dataFolder, process.env, process.platform);
  switch (commandLine.task.kind) {
    case 'run':
      return (await import('./start/run-agent.ts')).runAgent(commandLine, paths);
    case 'quit':
      return (await import('./start/tasks.ts')).quitRunning(paths);
    case 'extract_addons':
      return (await import('./start/extract-addons.ts')).extractAddons(commandLine.task.folder);
    case 'is_running':
      return (await import('./start/tasks.ts')).isRunningTask(paths);
  }
}

async function main(): Promise<void> {
  let code: ExitCode;
  try {
    code = await perform(parseCommandLine(process.argv.slice(2)));
  } catch (error) {
    // Asked by itself: the command line may be what could not be parsed.
    code = await reportStartupError(error, process.argv.includes('--background'));
  }
  process.exitCode = code;
  // Open sockets or a stuck driver must not keep an ended program alive.
  await sleep(1_000, undefined, { ref: false });
  process.exit(code);
}

main().catch((error: unknown) => {
  process.exitCode = 1;
  return reportStartupError(new Error(messageOf(error)), true);
});
