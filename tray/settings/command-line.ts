/** The command line: one task at most, settings as `--name value` or `--name=value`. */
import { parseArgs } from 'node:util';
import { SettingsError, type RawSettings } from './settings.ts';

/** What the program is started for. Everything but `run` ends by itself. */
type Task =
  | { readonly kind: 'run' }
  /** Answers by its exit code whether a program runs: 0 yes, 1 no. For the installer. */
  | { readonly kind: 'is_running' }
  /** Asks the running program to end, and waits until it has. For the installer. */
  | { readonly kind: 'quit' }
  /**
   * Writes the compiled addons into a folder. For the installer, so that they lie where only an administrator writes.
   */
  | { readonly kind: 'extract_addons'; readonly folder: string };

export interface CommandLine {
  readonly task: Task;
  readonly raw: RawSettings;
  /** Started at log-in or by the installer: shows no box that somebody would have to click away. */
  readonly inBackground: boolean;
  /**
   * Who started this copy: a person or Windows; an installed version, to run in its place; or one that watches how this
   * one does.
   */
  readonly startedBy: 'user' | 'installed_version' | 'version_before';
  /** Names of places, which other settings are read from. */
  readonly dataFolder?: string;
  readonly settingsFile?: string;
  /** The folder of the installed program, for a downloaded version that runs in its place. */
  readonly programFolder?: string;
}

/** @param args without the program's own path @throws SettingsError */
export function parseCommandLine(args: readonly string[]): CommandLine {
  // `--DATA_DIR` is `--data-dir`: an administrator copies names from the registry and from files.
  const normal = args.map((arg) => arg.replace(/^--[a-z][a-z_-]*/i, (name) => name.toLowerCase().replaceAll('_', '-')));
  const names = normal.flatMap((arg) => /^--([a-z][a-z-]*)/.exec(arg)?.[1] ?? []);
  const { tokens } = parseArgs({
    args: normal,
    // Every name is taken here: what no setting is called is said in the log, and stops nothing.
    options: Object.fromEntries(names.map((name) => [name, { type: FLAGS.has(name) ? 'boolean' : 'string' } as const])),
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || !names.includes(token.name))
      throw new SettingsError(
        `"${args[token.index] ?? ''}" is no option; options look like --relay https://qr.example.`,
      );
    if (token.value === undefined && !FLAGS.has(token.name))
      throw new SettingsError(`The option --${token.name} needs a value.`);
    values.set(token.name, token.value ?? '');
  }
  return toCommandLine(values);
}

const FLAGS: ReadonlySet<string> = new Set(['quit', 'is-running', 'background', 'trial', 'launched']);
const PATH_OPTIONS = ['data-dir', 'settings', 'extract-addons', 'program-dir'];

function toCommandLine(values: ReadonlyMap<string, string>): CommandLine {
  const dataFolder = values.get('data-dir');
  const settingsFile = values.get('settings');
  const programFolder = values.get('program-dir');
  const raw = Object.fromEntries([...values].filter(([name]) => !FLAGS.has(name) && !PATH_OPTIONS.includes(name)));
  return {
    task: taskOf(values),
    raw,
    inBackground: values.has('background'),
    startedBy: values.has('trial') ? 'version_before' : values.has('launched') ? 'installed_version' : 'user',
    ...(dataFolder === undefined ? {} : { dataFolder }),
    ...(settingsFile === undefined ? {} : { settingsFile }),
    ...(programFolder === undefined ? {} : { programFolder }),
  };
}

function taskOf(values: ReadonlyMap<string, string>): Task {
  const folder = values.get('extract-addons');
  if (folder !== undefined) return { kind: 'extract_addons', folder };
  if (values.has('quit')) return { kind: 'quit' };
  if (values.has('is-running')) return { kind: 'is_running' };
  return { kind: 'run' };
}

/** The same line for another version that is to run in this one's place. */
export function argumentsForSuccessor(args: readonly string[], programFolder: string): readonly string[] {
  const own = args.filter((arg) => !/^--(trial|launched)$/i.test(arg));
  return own.some((arg) => /^--program[-_]dir\b/i.test(arg)) ? own : [...own, '--program-dir', programFolder];
}
