/**
 * The tray executable. This file only decides what is to be done and wires the parts; exit codes: 0 ended as asked, 1 crashed or
 * could not do it, 2 wrong settings, 3 runs already.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../shared/errors.ts';
import { parseCommandLine, type CommandLine } from './settings/command-line.ts';
import { dataFolderOf, placesIn } from './settings/places.ts';
import { runAgent } from './start/run-agent.ts';
import { extractAddons, quitRunning, tellWhetherRunning } from './start/tasks.ts';
import { explain, type EndCode } from './start/explain.ts';

async function perform(commandLine: CommandLine): Promise<EndCode> {
  const named = commandLine.dataFolder;
  const places = placesIn(named ?? dataFolderOf(process.env, process.platform), named !== undefined);
  switch (commandLine.task.kind) {
    case 'run':
      return runAgent(commandLine, places);
    case 'quit':
      return quitRunning(places);
    case 'extract_addons':
      return extractAddons(commandLine.task.folder);
    case 'is_running':
      return tellWhetherRunning(places);
  }
}

async function main(): Promise<void> {
  let code: EndCode;
  try {
    code = await perform(parseCommandLine(process.argv.slice(2)));
  } catch (error) {
    code = explain(error, process.argv.includes('--background'));
  }
  process.exitCode = code;
  // Open sockets or a stuck driver must not keep an ended program alive.
  await sleep(1_000, undefined, { ref: false });
  process.exit(code);
}

main().catch((error: unknown) => {
  process.exitCode = 1;
  explain(new Error(messageOf(error)), true);
});
