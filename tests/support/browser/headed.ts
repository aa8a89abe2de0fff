/**
 * Chromium as a person starts it: with a window (under Xvfb), without a debugger and without the switches that
 * automation adds. Automation keeps pages visible and switches throttling off, which is just what a hidden tab must be
 * tested with.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CHROMIUM_FLAGS } from './browser.ts';
import { fakeUdevLibrary } from '../simulator/compile.ts';
import { allowPorts, deployPolicy } from './policy.ts';
import type { PortsFolder } from '../simulator/ports-folder.ts';
import { chromiumPath, noSerialRig, noTool, tool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

export const noHeadedRig = (): string | undefined => noSerialRig() ?? noTool('Xvfb');

export interface HeadedBrowser {
  /** Folder of its profile, new and empty at the start. */
  readonly profile: string;
  /** Hands further arguments to the running browser, as a link or an autostart entry of the system does. */
  also(...args: readonly string[]): void;
  /** Process ids of those that run its pages. */
  renderers(): number[];
  close(): Promise<void>;
}

export interface HeadedOptions {
  /** The policy file that IT deploys, in place of one that only allows the ports. */
  readonly policyFile?: string;
  readonly flags?: readonly string[];
}

export async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  // A group of its own: Chromium's launcher script and its many processes.
  process.kill(-pid, signal);
  const killer = setTimeout(() => process.kill(-pid, 'SIGKILL'), 10_000);
  await ended;
  clearTimeout(killer);
}

/**
 * Processes of this group. The fields of `stat` are counted from the end of the name, which may hold spaces: state,
 * parent, group.
 */
function groupOf(group: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = textOf(`/proc/${pid}/stat`);
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group;
  });
}

const commandLine = (pid: number): string => textOf(`/proc/${pid}/cmdline`);

/** Empty when the process has ended meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Starts an X server on a free display and returns its name. */
export async function startXvfb(): Promise<{ child: ChildProcess; display: string }> {
  const child = spawn(tool('Xvfb'), ['-displayfd', '3', '-screen', '0', '1280x720x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const [number] = (await Promise.race([
    once(child.stdio[3] as Readable, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it was ready.'))),
  ])) as [Buffer];
  return { child, display: `:${number.toString().trim()}` };
}

/** Opens the addresses as tabs; the first is in front, the others are hidden. */
export async function openHeaded(
  urls: readonly string[],
  ports: PortsFolder,
  origin: string,
  { policyFile, flags = [] }: HeadedOptions = {},
): Promise<HeadedBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'counterqr-headed-'));
  const takeBack = policyFile === undefined ? allowPorts(origin, [0x1a86]) : deployPolicy(policyFile);
  const x = await startXvfb();
  const launch = (args: readonly string[]): ChildProcess =>
    spawn(
      chromiumPath() ?? '',
      [
        ...CHROMIUM_FLAGS,
        `--user-data-dir=${profile}`,
        '--no-default-browser-check',
        '--password-store=basic',
        '--window-size=1280,720',
        ...flags,
        ...args,
      ],
      {
        env: {
          ...process.env,
          DISPLAY: x.display,
          LD_PRELOAD: fakeUdevLibrary(),
          FAKE_UDEV_DIR: ports.path,
        },
        stdio: 'ignore',
        detached: true,
      },
    );
  const child = launch(urls);
  return {
    profile,
    renderers: () => groupOf(child.pid ?? 0).filter((pid) => commandLine(pid).includes('--type=renderer')),
    also: (...args) => void launch(args),
    close: async () => {
      await endOf(child, 'SIGTERM');
      await endOf(x.child, 'SIGTERM');
      takeBack();
      removeFolder(profile);
    },
  };
}
