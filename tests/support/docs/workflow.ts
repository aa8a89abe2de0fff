/**
 * The `run:` steps of .github/workflows/ci.yml, in order. One line each, by a test's wish: a reader that understands no
 * more of YAML is enough.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './guide.ts';

export const workflow = (): string => readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');

/** Of the whole workflow or of one job's lines. */
export const stepsIn = (text: string): string[] =>
  [...text.matchAll(/^ +(?:- )?run: (.+)$/gm)].map((match) => match[1] ?? '');

/** Steps that change nothing but the clone, each once: those of an ordinary user before .ci/run. */
export const stepsInTheClone = (): string[] =>
  [...new Set(stepsIn(workflow()))].filter((step) => step.startsWith('.ci/as-user ') && !step.endsWith(' .ci/run'));
