/** The `run:` steps of .github/workflows/ci.yml, in order. One line each, by a test's wish: a reader that understands no more of YAML is enough. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './guide.ts';

export const workflow = (): string => readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');

export const stepsOfWorkflow = (): string[] =>
  [...workflow().matchAll(/^ +(?:- )?run: (.+)$/gm)].map((match) => match[1] ?? '');
