/**
 * Gathers the settings from where they may be: command line, group policy, file, what the installer wrote. In this
 * order of strength.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../shared/wire/errors.ts';
import { readRegistry } from '../windows/registry.ts';
import type { CommandLine } from './command-line.ts';
import type { Paths } from './paths.ts';
import { mergeSettings, SettingsError, type MergedSettings, type RawSettings } from './settings.ts';

/** Under HKLM, which only administrators write. */
const POLICY_KEY = 'SOFTWARE\\Policies\\CounterQR';
const INSTALLER_KEY = 'SOFTWARE\\CounterQR';

/** @throws SettingsError */
export function readSettings(commandLine: CommandLine, paths: Pick<Paths, 'settingsFile'>): MergedSettings {
  const besideProgram = join(programFolderOf(commandLine), 'counterqr.json');
  return mergeSettings({
    'command line': commandLine.raw,
    policy: readRegistry('HKLM', POLICY_KEY),
    file: readFirstFile(commandLine.settingsFile, [besideProgram, paths.settingsFile]),
    installer: readRegistry('HKLM', INSTALLER_KEY),
  });
}

export const programFolderOf = ({ programFolder }: CommandLine): string => programFolder ?? dirname(process.execPath);

function readFirstFile(named: string | undefined, usual: readonly (string | undefined)[]): RawSettings {
  if (named !== undefined && !existsSync(named)) throw new SettingsError(`The settings file ${named} is not there.`);
  const path = named ?? usual.find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined) return {};
  try {
    // Windows' Notepad begins files with a byte order mark.
    const value: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
    return onlyTexts(value);
  } catch (error) {
    throw new SettingsError(`The settings file ${path} cannot be read: ${messageOf(error)}`);
  }
}

/** Lists are written as JSON lists or as `a,b`. */
function onlyTexts(value: unknown): RawSettings {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('it must be a JSON object such as {"relay": "https://qr.example"}');
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]: [string, unknown]) => [
      name,
      Array.isArray(entry) ? entry.join(',') : String(entry),
    ]),
  );
}
