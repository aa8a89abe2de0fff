/**
 * A guide's fenced blocks, and a shell that runs them as a reader would: one after the other, in one session, each
 * stopping at its first failure. What stands behind the language says who runs a block;
 * tests/docs/guides-blocks.test.ts lets no block of commands or code be without it:
 * ```sh run               `follow` runs it; the block after it, if it is marked `out`, is what must be seen,
 *                         `…` standing for anything.
 * ```sh by FILE …         that test runs it, or does the same.
 * ```sh not run: REASON   nobody does.
 * ```js page, token, route tests/e2e/docs-developer.test.ts takes them as files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../requirements.ts';
import { plainEnv } from '../process/plain-env.ts';

export const root = join(import.meta.dirname, '../../..');

export interface Block {
  readonly language: string;
  readonly mark: string;
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

export function blocksOf(guide: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; mark: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of readFileSync(join(root, guide), 'utf8').split('\n').entries()) {
    const fence = /^```(\S*)\s*(.*)$/.exec(line);
    if (open && fence) {
      blocks.push({ language: open.language, mark: open.mark, line: open.line, text: open.lines.join('\n') });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) open = { language: fence[1] ?? '', mark: fence[2] ?? '', line: index + 1, lines: [] };
  }
  return blocks;
}

export interface RunBlock {
  readonly block: Block;
  readonly output: string;
  /** What the guide says it prints. */
  readonly promised: string | undefined;
}

/** Matches however it is laid out, `…` being anything. */
function keepsPromise(promised: string, output: string): boolean {
  const bare = (text: string): string => text.replace(/\s+/g, '');
  const pattern = bare(promised)
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(pattern).test(bare(output));
}

const MARK = '@@block ';

/**
 * Runs a guide's `sh run` blocks, in the repository's root unless told otherwise. `instead`: what a reader has that a
 * test has elsewhere, word by word.
 */
export async function follow(
  guide: string,
  instead: Readonly<Record<string, string>>,
  {
    env = {},
    cwd = root,
    blocks: count,
  }: {
    env?: Readonly<Record<string, string>>;
    cwd?: string;
    /** Only the first so many, of all kinds. */ blocks?: number;
  } = {},
): Promise<RunBlock[]> {
  const blocks = blocksOf(guide).slice(0, count);
  const runs = blocks
    .map((block, index) => ({ block, next: blocks[index + 1] }))
    .filter(({ block }) => block.mark === 'run');
  const asTested = (text: string): string =>
    Object.entries(instead).reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  const script = runs.map(({ block }, index) => `printf "\\n${MARK}${index}\\n"\n${asTested(block.text)}`).join('\n');
  const child = spawn(tool('bash'), ['-euo', 'pipefail'], {
    cwd,
    env: plainEnv(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(script);
  const [code] = (await once(child, 'close')) as [number | null];
  const outputs = output.split(new RegExp(`\\n${MARK}\\d+\\n`)).slice(1);
  if (code !== 0) {
    const failed = runs[outputs.length - 1]?.block;
    throw new Error(`${guide}:${failed?.line}: code ${code}\n${failed?.text}\n${outputs.at(-1)}\n${errors}`);
  }
  return runs.map(({ block, next }, index) => ({
    block,
    output: outputs[index] ?? '',
    promised: next?.mark === 'out' ? asTested(next.text) : undefined,
  }));
}

/** The blocks that printed something else than the guide says, each as a sentence; empty when it keeps its word. */
export const brokenPromises = (runs: readonly RunBlock[]): string[] =>
  runs
    .filter(({ promised, output }) => promised !== undefined && !keepsPromise(promised, output))
    .map(({ block, output }) => `line ${block.line} printed ${output}`);
