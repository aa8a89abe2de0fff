/**
 * A Windows PC without Windows: a Wine prefix of its own with a desktop under Xvfb, and a COM port that leads to a
 * pseudo terminal. What Wine's notification area shows is a window of its own, `Wine System Tray`; a person's clicks
 * are xdotool's.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, startXvfb } from '../browser/headed.ts';
import { noTool, tool } from '../requirements.ts';
import { until } from '../wait.ts';
import { withoutProxies } from './agent.ts';
import { noTrayBinary } from './binary.ts';
import { removeFolder } from '../remove-folder.ts';

/** Why there is no Wine suite here, or undefined when there can be one. */
export const noWine = (): string | undefined =>
  noTrayBinary() ?? noTool('Wine', 'wineserver', 'makensis', 'wixl', 'msibuild', 'Xvfb', 'xdotool', 'import');

/** Whether a process is this program under this prefix; programs of other prefixes have the same names. */
function isOf(prefix: string, program: string, pid: string): boolean {
  try {
    const [command, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
    return command?.includes(program) === true && environment?.includes(`WINEPREFIX=${prefix}\0`) === true;
  } catch {
    return false;
  }
}

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

export class WindowsPc {
  readonly #prefix = mkdtempSync(join(tmpdir(), 'counterqr-wine-'));
  #env: NodeJS.ProcessEnv = {};
  #x: { readonly child: ChildProcess; readonly display: string } | undefined;
  #scripts = 0;

  /** @param comPort where COM5 leads */
  async boot(comPort: string): Promise<void> {
    this.#x = await startXvfb();
    this.#env = {
      ...withoutProxies(process.env),
      DISPLAY: this.#x.display,
      WINEPREFIX: this.#prefix,
      WINEARCH: 'win64',
      WINEDEBUG: '-all',
      // Nothing of .NET or HTML is needed, and no entry in this machine's menus.
      WINEDLLOVERRIDES: 'mscoree=d;mshtml=d;winemenubuilder.exe=d',
    };
    await this.wine(['wineboot', '-i']);
    await this.wine(['winecfg', '-v', 'win10']);
    await this.wine(['reg', 'add', 'HKLM\\Software\\Wine\\Ports', '/v', 'COM5', '/d', comPort, '/f']);
    // COM ports are looked up when Wine starts.
    this.#stopServer();
    this.start('explorer', '/desktop=shell,1024x768');
    await until('the desktop is there', () => this.#xdo('search', '--name', 'Wine desktop') !== '', {
      timeoutMs: 90_000,
    });
  }

  /** Wine's own command line: each argument is quoted as Wine sees fit. */
  async wine(args: readonly string[], timeoutMs = 120_000): Promise<Ran> {
    const child = spawn(tool('Wine'), args, { env: this.#env, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString('latin1')));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    return { code, output };
  }

  /** A command line of Windows, word for word as IT would write it. */
  async command(line: string, timeoutMs = 180_000): Promise<Ran> {
    const script = join(this.#prefix, 'drive_c', `run${(this.#scripts += 1)}.bat`);
    writeFileSync(script, `@echo off\r\n${line}\r\nexit /b %ERRORLEVEL%\r\n`);
    return this.wine(['cmd', '/c', `C:\\run${this.#scripts}.bat`], timeoutMs);
  }

  /** A program that stays. */
  start(...args: readonly string[]): void {
    spawn(tool('Wine'), args, { env: this.#env, stdio: 'ignore' });
  }

  /** To a Windows program of this PC, by its file's name: SIGSTOP makes it a hung one. */
  signal(program: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    const own = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOf(this.#prefix, program, pid));
    if (own.length === 0) throw new Error(`${program} does not run.`);
    for (const pid of own) process.kill(Number(pid), signal);
  }

  /** A path of drive C as this machine has it. */
  path(...parts: readonly string[]): string {
    return join(this.#prefix, 'drive_c', ...parts);
  }

  text(...parts: readonly string[]): string {
    try {
      return readFileSync(this.path(...parts), 'utf8');
    } catch {
      return '';
    }
  }

  /** All values under a key, as `reg query` prints them; empty where there is no such key. */
  async registry(key: string, ...options: readonly string[]): Promise<string> {
    const { code, output } = await this.wine(['reg', 'query', key, ...options]);
    return code === 0 ? output : '';
  }

  /** Clicks on the only icon of the notification area. @param button 1 left, 3 right */
  async clickIcon(button: 1 | 3): Promise<void> {
    const found = await until('the notification area', () => this.#xdo('search', '--name', 'Wine System Tray'));
    const [window = ''] = found.split('\n');
    const [, x = 0, y = 0] = (/Position: (\d+),(\d+)/.exec(this.#xdo('getwindowgeometry', window)) ?? []).map(Number);
    this.#xdo('mousemove', String(x + 10), String(y + 10), 'sleep', '0.3', 'click', String(button));
  }

  keys(...names: readonly string[]): void {
    for (const name of names) this.#xdo('key', name, 'sleep', '0.2');
  }

  screenshot(file: string): void {
    const { status } = spawnSync(tool('import'), ['-window', 'root', file], { env: this.#env });
    if (status !== 0) throw new Error('import could not take the screenshot.');
  }

  async shutDown(): Promise<void> {
    this.#stopServer();
    if (this.#x) await endOf(this.#x.child, 'SIGTERM');
    removeFolder(this.#prefix);
  }

  #stopServer(): void {
    spawnSync(tool('wineserver'), ['-k'], { env: this.#env });
    spawnSync(tool('wineserver'), ['-w'], { env: this.#env });
  }

  #xdo(...args: readonly string[]): string {
    const { stdout } = spawnSync(tool('xdotool'), args, { env: this.#env, encoding: 'utf8' });
    return stdout.trim();
  }
}
