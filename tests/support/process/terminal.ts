/** A terminal as a new user has one: its shell knows nothing of the test run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tool } from '../requirements.ts';
import { plainEnv } from './plain-env.ts';
import { until } from '../wait.ts';

const PATIENCE_MS = 10 * 60_000;

/** A clone of a folder that belongs to another user, as in a CI's container, is refused without this. */
const ANY_OWNER = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

export interface Terminal {
  readonly child: ChildProcess;
  /** What matches, as soon as it was said. */
  says(pattern: RegExp): Promise<string>;
}

export class Terminals {
  readonly #children = new Set<ChildProcess>();

  /** `bash` with these lines typed, stopping at the first that fails. Its end is Ctrl-C, for all that runs in it. */
  open(lines: string, cwd: string, env: Record<string, string>): Terminal {
    const child = spawn(tool('bash'), ['-euo', 'pipefail', '-c', lines], {
      cwd,
      env: plainEnv({ ...ANY_OWNER, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#children.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const says = (pattern: RegExp): Promise<string> =>
      until(
        `the terminal says ${pattern.source}`,
        () => {
          if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}: ${said}`);
          return pattern.exec(said)?.[0];
        },
        { timeoutMs: PATIENCE_MS, otherwise: () => said },
      );
    return { child, says };
  }

  async closeAll(): Promise<void> {
    for (const child of this.#children) await stop(child);
    this.#children.clear();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  await ended;
}
