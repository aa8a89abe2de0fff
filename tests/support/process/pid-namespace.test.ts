/** Two relays in two containers were only two relays where `unshare` was something else. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeFolder } from '../remove-folder.ts';
import { because } from '../requirements.ts';
import { pidNamespace } from './pid-namespace.ts';

const folder = mkdtempSync(join(tmpdir(), 'counterqr-unshare-'));
afterAll(() => removeFolder(folder));
const why = process.platform === 'win32' ? 'Windows runs no shell scripts' : undefined;

it.skipIf(why !== undefined).each([
  ['says yes', 'exit 0'],
  ['says 1', 'echo 1'],
  ['runs the command where it is', 'while [ "$1" != sh ]; do shift; done; exec "$@"'],
])(`a program that %s makes no process-id namespace${because(why)}`, (_does, line) => {
  const fake = join(folder, 'unshare');
  writeFileSync(fake, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  expect(pidNamespace([fake])).toEqual({
    kind: 'missing',
    why: `process-id namespaces need the right to make them: ${fake} made none`,
  });
});
