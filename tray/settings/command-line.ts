/** The command line: one task at most, settings as `--name value` or `--name=value`. */
import { SettingsError, type RawSettings } from './settings.ts';

/** What the program is started for. Everything but `run` ends by itself. */
export type Task =
  | { readonly kind: 'run' }
  /** Asks the running program to end, and waits until it has. For the installer. */
  | { readonly kind: 'quit' }
  /** Writes the compiled addons into a folder. For the installer, so that they lie where only an administrator writes. */
  | { readonly kind: 'extract_addons'; readonly folder: string }
  /** Takes a downloaded update into use, with the rights of whoever runs it. For the scheduled task. */
  | { readonly kind: 'apply_update' };

export interface CommandLine {
  readonly task: Task;
  readonly raw: RawSettings;
  /** Started at log-in or by the installer: shows no box that somebody would have to click away. */
  readonly inBackground: boolean;
  /** Names of places, which other settings are read from. */
  readonly dataFolder?: string;
  readonly settingsFile?: string;
}

/** @param args without the program's own path @throws SettingsError */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = new Map<string, string>();
  const rest = [...args];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    const [, name, inline] = /^--([a-z][a-z_-]*)(?:=([\s\S]*))?$/i.exec(next) ?? [];
    if (name === undefined)
      throw new SettingsError(`"${next}" is no option; options look like --relay https://qr.example.`);
    const key = name.toLowerCase().replaceAll('_', '-');
    if (FLAGS.has(key)) values.set(key, '');
    else {
      const value = inline ?? rest.shift();
      if (value === undefined) throw new SettingsError(`The option --${name} needs a value.`);
      values.set(key, value);
    }
  }
  return sort(values);
}

const FLAGS: ReadonlySet<string> = new Set(['quit', 'apply-update', 'background']);
const PLACES = ['data-dir', 'settings', 'extract-addons'];

function sort(values: ReadonlyMap<string, string>): CommandLine {
  const dataFolder = values.get('data-dir');
  const settingsFile = values.get('settings');
  const raw = Object.fromEntries([...values].filter(([name]) => !FLAGS.has(name) && !PLACES.includes(name)));
  return {
    task: taskOf(values),
    raw,
    inBackground: values.has('background'),
    ...(dataFolder === undefined ? {} : { dataFolder }),
    ...(settingsFile === undefined ? {} : { settingsFile }),
  };
}

function taskOf(values: ReadonlyMap<string, string>): Task {
  const folder = values.get('extract-addons');
  if (folder !== undefined) return { kind: 'extract_addons', folder };
  if (values.has('quit')) return { kind: 'quit' };
  if (values.has('apply-update')) return { kind: 'apply_update' };
  return { kind: 'run' };
}
