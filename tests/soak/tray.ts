/**
 * `npm run tray:soak -- [--hours 8] [--pause-seconds 60] [--seed 1]`: a counter's day with the tray's Linux executable
 * in real time. Says every few minutes how much memory it holds. Ends with code 1 when a QR was not shown or the memory
 * was not what docs/tray.md promises.
 */
import { parseArgs } from 'node:util';
import { TrayCounter } from '../support/tray/counter.ts';
import { growthMb, MAX_GROWTH_MB } from '../support/tray/growth.ts';
import { liveTrayDay, memoryMb, MAX_MB } from '../support/tray/day.ts';
import { noTrayBinary } from '../support/tray/binary.ts';
import { cpuSeconds } from '../bench/processes.ts';

const SAY_EVERY_MS = 5 * 60_000;
const AGENT = 'agent-all-day';

const why = noTrayBinary();
if (why !== undefined) {
  console.error(`The tray's soak cannot run here: ${why}.`);
  process.exit(1);
}
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '8' },
    'pause-seconds': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});

function positive(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} must be a number above 0, not "${values[name]}".`);
  process.exit(1);
}

const endMs = positive('hours') * 3_600_000;
const counter = new TrayCounter({
  name: 'ALL-DAY-PC',
  agent: AGENT,
  relayEnv: { RATE_LIMITS: 'off', LOG_LEVEL: 'warn' },
});
try {
  await counter.open();
  const startedAt = performance.now();
  let saidAt = startedAt;
  const say = (shown: number, ownMb = memoryMb(counter.tray.pid, 'RssAnon')): void =>
    console.log(
      `${((performance.now() - startedAt) / 60_000).toFixed(0)} min: ${shown} QRs, ${memoryMb(counter.tray.pid, 'VmRSS').toFixed(1)} MB, ` +
        `${ownMb.toFixed(1)} of them its own, at most ${memoryMb(counter.tray.pid, 'VmHWM').toFixed(1)} MB, ${cpuSeconds(counter.tray.pid).toFixed(0)} s of CPU`,
    );
  say(0);
  const day = await liveTrayDay(counter, AGENT, {
    goesOn: () => performance.now() - startedAt < endMs,
    meanPauseMs: positive('pause-seconds') * 1_000,
    seed: positive('seed'),
    onLook: ({ shown, ownMb }) => {
      if (performance.now() - saidAt < SAY_EVERY_MS) return;
      saidAt = performance.now();
      say(shown, ownMb);
    },
  });
  say(day.shown);
  const growth = growthMb(day.looks);
  const grew = Number.isNaN(growth)
    ? 'too short to say whether it grows'
    : `${growth.toFixed(2)} MB more in the last third than in the middle one`;
  console.log(`${day.faults} faults; ${grew}`);
  if (day.peakMb >= MAX_MB || growth >= MAX_GROWTH_MB) process.exitCode = 1;
} finally {
  await counter.close();
}
