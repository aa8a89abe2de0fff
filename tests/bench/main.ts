/**
 * `npm run bench [part …]`: the figures that the README and the issues promise, each a count or a ratio within this run.
 * Parts: truth, poll, hands, glass, wire, picture. A part that cannot run says why.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureEmptyPoll } from './empty-poll.ts';
import { measureTruth, type Truth } from './truth.ts';

const line = (what: string, got: string, goal: string): void => {
  console.log(`${what.padEnd(64)} ${got.padEnd(34)} ${goal}`);
};
const truthLine = (what: string, { posted, lost, misrouted, repeated }: Truth): void =>
  line(what, `${posted} posted: ${lost} lost, ${misrouted} misrouted, ${repeated} repeated`, 'goal 0, 0, 0');

/** Parts that live beside what they measure; each module exports one async function. */
async function part(file: string, name: string): Promise<((...args: never[]) => Promise<unknown>) | undefined> {
  const path = join(import.meta.dirname, file);
  if (!existsSync(path)) return undefined;
  const module = (await import(pathToFileURL(path).href)) as Record<
    string,
    ((...args: never[]) => Promise<unknown>) | undefined
  >;
  return module[name];
}

const parts: Record<string, () => Promise<void>> = {
  truth: async () => {
    truthLine('4 agents post at once, 1,000 rounds', await measureTruth(4, 1, 1000));
    truthLine('50 agents post 5 each at once', await measureTruth(50, 5, 1));
  },
  poll: async () => {
    const poll = await measureEmptyPoll();
    line(
      'CPU of an empty poll over bare Koa + router',
      `${poll.overBareKoa.toFixed(2)} x (${poll.microsecondsEach.toFixed(0)} us)`,
      'goal at most 1.5 x',
    );
    line(
      `the same, 500 devices and ${poll.finished} finished over 10 and 0`,
      `${poll.growth.toFixed(2)} x`,
      'goal at most 1.15 x',
    );
    line('memory of that relay', `${poll.residentMegabytes.toFixed(0)} MB`, '');
  },
  hands: async () => void (await (await part('end-to-end.ts', 'measurePostToHands'))?.()),
  glass: async () => void (await (await part('end-to-end.ts', 'measurePostToGlass'))?.()),
  wire: async () => void (await (await part('wire.ts', 'measureWire'))?.()),
  picture: async () => void (await (await part('picture.ts', 'benchPicture'))?.()),
};

const asked = process.argv.slice(2);
for (const name of asked)
  if (!(name in parts)) throw new Error(`There is no part "${name}"; there are ${Object.keys(parts).join(', ')}.`);
for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}`);
  await run();
}
