import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import { pathsOf } from './paths.ts';
import { readSettings } from './read-settings.ts';
import { mergeSettings, SettingsError } from './settings.ts';

describe('settings from several sources', () => {
  it('command line beats policy beats file beats installer, value by value', () => {
    const { settings, origin } = mergeSettings({
      installer: { Relay: 'https://installer', Enrol: 'installer-key', Name: 'INSTALLER', Language: 'fr' },
      file: { relay: 'https://file', enrol: 'file-key', name: 'FILE' },
      policy: { Relay: 'https://policy', Enrol: 'policy-key' },
      'command line': { relay: 'https://command' },
    });
    expect(settings).toMatchObject({ relay: 'https://command', enrol: 'policy-key', name: 'FILE', language: 'fr' });
    expect(origin).toEqual({ relay: 'command line', enrol: 'policy', name: 'file', language: 'installer' });
  });

  it('takes names however the source writes them, and numbers from the registry', () => {
    const { settings } = mergeSettings({ policy: { VendorIds: '303A, 1a86', BaudRates: 115200, CA_FILE: 'x.pem' } });
    expect(settings).toMatchObject({ vendor_ids: [0x303a, 0x1a86], baud_rates: [115200], ca_file: 'x.pem' });
  });

  it('an empty value of an installer is no value', () => {
    expect(mergeSettings({ installer: { Name: ' ' } }).settings.name).toBeUndefined();
  });

  it('tells names that nobody knows', () => {
    expect(mergeSettings({ file: { rely: 'https://x' } }).unknown).toEqual(['rely (file)']);
  });

  it.each([
    ['relay', 'qr.example', 'must be an address'],
    ['relay', 'ftp://qr.example', 'must begin with https://'],
    ['baud_rates', '1200', 'must be speeds from 2400 on'],
    ['vendor_ids', 'zz', 'must be hexadecimal vendor ids'],
    ['language', 'de', 'must be auto, en or fr'],
    ['proxy', 'somewhere', 'must be auto, none or an address'],
    ['signals', 'up', 'must be leave, assert or clear'],
    ['record', 'yes', 'must be on or off'],
  ])('refuses %s=%s and says which setting of which source', (name, value, words) => {
    const act = () => mergeSettings({ policy: { [name]: value } });
    expect(act).toThrow(SettingsError);
    expect(act).toThrow(`"${name}" (from the policy)`);
    expect(act).toThrow(words);
  });
});

describe('the command line', () => {
  it('takes settings as --name value and --name=value', () => {
    const line = parseCommandLine(['--relay', 'https://a', '--baud-rates=9600,115200', '--background']);
    expect(line).toMatchObject({ task: { kind: 'run' }, inBackground: true });
    expect(mergeSettings({ 'command line': line.raw }).settings).toEqual({
      relay: 'https://a',
      baud_rates: [9600, 115200],
    });
  });

  it('knows its tasks and places, which are no settings', () => {
    expect(parseCommandLine(['--quit', '--data-dir', 'd']).task).toEqual({ kind: 'quit' });
    expect(parseCommandLine(['--extract-addons', 'f'])).toMatchObject({ task: { folder: 'f' }, raw: {} });
    expect(parseCommandLine(['--data-dir=d', '--settings', 's'])).toMatchObject({ dataFolder: 'd', settingsFile: 's' });
  });

  it('refuses what it does not understand', () => {
    expect(() => parseCommandLine(['/RELAY=x'])).toThrow('"/RELAY=x" is no option');
    expect(() => parseCommandLine(['--relay'])).toThrow('--relay needs a value');
    expect(() => parseCommandLine(['https://a'])).toThrow('"https://a" is no option');
    expect(() => parseCommandLine(['--'])).toThrow('"--" is no option');
    expect(() => parseCommandLine(['-q'])).toThrow('"-q" is no option');
  });

  it('takes names in any case and with underscores, and leaves unknown ones to the log', () => {
    const { raw, dataFolder } = parseCommandLine(['--DATA_DIR', 'D_1', '--Vendor_Ids=303A', '--rely', 'https://a']);
    expect({ raw, dataFolder }).toEqual({ raw: { 'vendor-ids': '303A', rely: 'https://a' }, dataFolder: 'D_1' });
  });
});

describe('the settings file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'counterqr-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const inFolder = () => pathsOf(folder, {}, process.platform);
  const file = (content: string): string => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, content);
    return path;
  };

  it('is found in the data folder, with lists and with the byte order mark of Notepad', () => {
    file('\uFEFF{"relay": "https://x", "baud_rates": [9600, 115200]}');
    expect(readSettings(parseCommandLine([]), inFolder()).settings).toMatchObject({ baud_rates: [9600, 115200] });
  });

  it('that was named but is not there, or is no JSON, stops the program with a sentence', () => {
    const named = parseCommandLine(['--settings', join(folder, 'none.json')]);
    expect(() => readSettings(named, inFolder())).toThrow('is not there');
    file('{relay}');
    expect(() => readSettings(parseCommandLine([]), inFolder())).toThrow(SettingsError);
  });

  describe('on Windows', () => {
    const windows = (named?: string) =>
      pathsOf(named, { ProgramData: join(folder, 'all'), LOCALAPPDATA: join(folder, 'own') }, 'win32');
    const readFrom = (paths: ReturnType<typeof windows>) => {
      mkdirSync(paths.dataFolder, { recursive: true });
      writeFileSync(join(paths.dataFolder, 'settings.json'), '{"relay": "https://x"}');
      return readSettings(parseCommandLine([]), paths).settings;
    };

    it('is not read from the folder of all users: one of them would decide for the next whom to trust', () => {
      mkdirSync(join(folder, 'all/CounterQR'), { recursive: true });
      const paths = windows();
      expect(paths.dataFolder).toBe(join(folder, 'all/CounterQR'));
      expect(paths.updateFolder).toBe(join(folder, 'own/CounterQR/update'));
      expect(readFrom(paths)).toEqual({});
    });

    it('is read from the person’s own folder, and from one that the command line names', () => {
      expect(windows().dataFolder).toBe(join(folder, 'own/CounterQR'));
      expect(readFrom(windows())).toMatchObject({ relay: 'https://x' });
      expect(readFrom(windows(join(folder, 'named')))).toMatchObject({ relay: 'https://x' });
    });
  });
});
