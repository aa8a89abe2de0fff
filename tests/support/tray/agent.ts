/** The tray's executable as a child, with a data folder of its own; what it shows a person is read from its log. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KEYS, type TestRelay } from '../process/relay.ts';
import { here, missing, takesPart } from '../participants.ts';
import { until } from '../wait.ts';
import { removeFolder } from '../remove-folder.ts';

export interface TrayAgentOptions {
  readonly binary: string;
  readonly relay: Pick<TestRelay, 'origin'>;
  readonly name: string;
  /** As in its settings file; on top of relay, key and name. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Proxy variables of this machine must not decide a test. */
export const withoutProxies = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/_proxy$/i.test(name)));

export class TrayAgent {
  /** Where it looks by itself, too, when it is started without a word. */
  readonly dataFolder = join(mkdtempSync(join(tmpdir(), 'counterqr-tray-')), 'counterqr');
  readonly name: string;
  readonly #options: TrayAgentOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<Ended> | undefined;
  #leave: () => void = () => undefined;

  constructor(options: TrayAgentOptions) {
    this.#options = options;
    this.name = options.name;
    mkdirSync(this.dataFolder);
    this.configure({});
  }

  /** Writes the settings file, as IT's software distribution would. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const { relay, name, settings: usual } = this.#options;
    const content = { relay: relay.origin, enrol: KEYS.enrol, name, language: 'en', ...usual, ...settings };
    writeFileSync(join(this.dataFolder, 'settings.json'), JSON.stringify(content));
  }

  start(...args: readonly string[]): void {
    this.#launch(this.#atLogIn(args));
  }

  /** As a person starts it: without a word on the command line. */
  doubleClick(): void {
    this.#launch([]);
  }

  /** A second one beside the first, until it ends by itself. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.#spawn(this.#atLogIn(args)).ended;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  get ended(): Promise<Ended> {
    return this.#ended ?? Promise.reject(new Error('It was never started.'));
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<Ended> {
    this.#child?.kill(signal);
    return this.ended;
  }

  async remove(): Promise<void> {
    // Another version may run in place of the child that was started here.
    const { code } = await this.run('--quit');
    if (code !== 0) throw new Error('A tray program did not end.');
    this.#leave();
    await this.#ended;
    removeFolder(dirname(this.dataFolder));
  }

  get logFile(): string {
    return join(this.dataFolder, 'logs/counterqr.log');
  }

  log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  /** A file of its data folder. */
  read(path: string): string {
    return readFileSync(join(this.dataFolder, path), 'utf8');
  }

  /** What the icon says now: `green: Counter QR: Ready`. */
  get icon(): string {
    return this.#last('icon');
  }

  /** All notifications so far. */
  get notices(): readonly string[] {
    return this.#all('notice');
  }

  async untilLog(what: RegExp, timeoutMs = 20_000): Promise<string> {
    return until(`the log says ${what}`, () => what.exec(this.log())?.[0], {
      timeoutMs,
      otherwise: () => this.log().split('\n').slice(-15),
    });
  }

  async untilIcon(what: RegExp, timeoutMs = 20_000): Promise<void> {
    await until(`the icon says ${what}`, () => what.test(this.icon), {
      timeoutMs,
      otherwise: () => this.log().split('\n').slice(-15),
    });
  }

  untilReady = (timeoutMs?: number): Promise<void> => this.untilIcon(/^green: Counter QR: Ready$/, timeoutMs);

  /** The id under which it registered. */
  get deviceId(): string {
    const kept = readFileSync(join(this.dataFolder, 'device.json'), 'utf8');
    return /device_[A-Za-z0-9_-]+_[0-9a-f]{6}/.exec(kept)?.[0] ?? '';
  }

  #all(event: string): string[] {
    return [...this.log().matchAll(new RegExp(` ${event}: (.*)$`, 'gm'))].map((match) => match[1] ?? '');
  }
  #last = (event: string): string => this.#all(event).at(-1) ?? '';

  #atLogIn = (args: readonly string[]): readonly string[] => ['--background', '--data-dir', this.dataFolder, ...args];

  #launch(args: readonly string[]): void {
    const { child, ended } = this.#spawn(args);
    this.#child = child;
    this.#ended = ended;
    this.#leave();
    const ask = () => {
      const end = child.exitCode ?? child.signalCode;
      if (end === null) return here(`runs, its icon says “${this.icon}”`);
      return end === 0 ? here('has ended, as it was asked to') : missing(`it ended with ${end}`);
    };
    this.#leave = takesPart({ name: 'tray', ask });
  }

  #spawn(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(this.#options.binary, args, {
      env: {
        ...withoutProxies(process.env),
        XDG_DATA_HOME: dirname(this.dataFolder),
        XDG_CACHE_HOME: join(this.dataFolder, 'cache'),
        ...this.#options.env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    return { child, ended };
  }
}
