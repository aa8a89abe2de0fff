/**
 * `npm run bench [part …]`: the figures that the README and the guides promise, each a count or a ratio within this
 * run. A part is a file in `parts/` that exports `run`; one that cannot run on this machine says why.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

interface Part {
  run(): Promise<unknown>;
}

const folder = join(import.meta.dirname, 'parts');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'))
  .sort();

const { positionals: asked } = parseArgs({ allowPositionals: true });
for (const name of asked)
  if (!names.includes(name)) throw new Error(`There is no part "${name}"; there are ${names.join(', ')}.`);

let broken = 0;
for (const name of asked.length > 0 ? asked : names) {
  console.log(`\n== ${name}`);
  try {
    const part = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Part;
    await part.run();
  } catch (error) {
    broken++;
    console.error(`This part broke: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
process.exit(broken > 0 ? 1 : 0);
