/**
 * `npm run check`: types realm by realm, lint with the import walls, exports that nobody imports, format. Zero
 * warnings.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ready.mjs';

ensureInstalled();

const bin = (pkg, file) => [process.execPath, join(root, 'node_modules', pkg, file)];
// The editor's list of realms is this one's.
const realms = [...readFileSync(join(root, 'tsconfig.json'), 'utf8').matchAll(/"path": "\.\/([^"]+)"/g)].map(
  ([, realm]) => realm,
);
const jobs = [
  ['lint', [...bin('eslint', 'bin/eslint.js'), '--max-warnings=0', '.']],
  ...realms.map((realm) => [`types: ${realm}`, [...bin('typescript', 'bin/tsc'), '-p', realm]]),
  ['exports', [...bin('knip', 'bin/knip.js'), '--no-progress']],
  ['format', [...bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
];

function run([name, [command, ...args]]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });
}

const queue = [...jobs];
const results = [];
await Promise.all(
  [1, 2].map(async () => {
    while (queue.length > 0) results.push(await run(queue.shift()));
  }),
);
process.exit(results.every(Boolean) ? 0 : 1);
