/** The clone that a test looks at or clones again. A downloaded archive of the project is none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './docs/guide.ts';
import { noTool } from './requirements.ts';

/** Why there is no clone to ask git about, or undefined where there is one. */
export const noClone = (): string | undefined =>
  noTool('git') ?? (existsSync(join(root, '.git')) ? undefined : 'this folder is no clone');
