/**
 * One of the crew's processes: a picture comes in, what was read of its captures goes out. Ends when the bench does.
 */
import { capture } from './capture.ts';
import type { Look, Reads } from './capture-crew.ts';
import { CONDITIONS, shaken, type Group } from './conditions.ts';
import { readers } from './readers.ts';

const { available } = readers();
/** Set by the person who runs the bench. */
const SHAKEN = process.env['COUNTERQR_BENCH_SHAKEN'] === 'on';

function readsOf(group: Group, { glass, text, seedOffset }: Look): Record<string, boolean[]> {
  const images = CONDITIONS[group].map((condition) =>
    capture(glass, { ...(SHAKEN ? shaken(condition, seedOffset) : condition), seed: condition.seed + seedOffset }),
  );
  return Object.fromEntries(available.map(({ name, readAll }) => [name, readAll(images).map((said) => said === text)]));
}

process.on('message', (look: Look) => {
  const reads: Reads = { near: readsOf('near', look), hard: readsOf('hard', look), far: readsOf('far', look) };
  process.send?.(reads);
});
