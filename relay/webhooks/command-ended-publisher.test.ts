/**
 * Every end is published at least once, whenever the relay ends in between; under one name, so that a receiver knows a
 * repeated one.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EndedCommand } from '../core/records.ts';
import { CommandEndedPublisher } from './command-ended-publisher.ts';
import { checkpointInFolder } from './checkpoint.ts';

let folder: string;
let now: number;
let past: EndedCommand[];
/** Names of messages in the order in which they were kept. */
let kept: string[];
let problems: unknown[];
let publish: (name: string) => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'counterqr-ends-'));
  [now, past, kept, problems] = [1_000_000, [], [], []];
  publish = async (name) => void kept.push(name);
});
afterEach(() => rm(folder, { recursive: true }));

const make = (checkpoint = checkpointInFolder(folder)): CommandEndedPublisher =>
  new CommandEndedPublisher({
    checkpoint,
    history: async (from, to) => past.filter(({ endedAt }) => endedAt >= from && endedAt <= to),
    publish: (_event, name) => publish(name),
    now: () => now,
    onProblem: (error) => problems.push(error),
  });

/** The store has it; whether the relay lives to tell it is another matter. */
function end(commandId: string): EndedCommand {
  const command: EndedCommand = {
    commandId,
    type: 'display_qr',
    deviceId: 'd1',
    computerName: 'PC',
    agentId: 'a1',
    state: 'cleared',
    reason: 'paid',
    error: null,
    createdAt: now - 1_000,
    endedAt: now,
    deliveries: 1,
  };
  past.push(command);
  return command;
}

it('tells what the relay had no time to tell before it was killed, and nothing from before its first start', async () => {
  end('long ago');
  now += 100_000;
  const killed = make();
  await killed.start();
  killed.ended([end('told')]);
  now += 4_000;
  end('untold');
  // No stop: the process is gone.
  now += 3_600_000;
  end('by another relay, while this one was off');
  now += 60_000;
  const next = make();
  await next.start();
  await next.stop();
  expect(kept).toContain('untold');
  expect(kept).not.toContain('long ago');
  expect(kept).not.toContain('by another relay, while this one was off');
});

it('also when it is killed again before it has caught up', async () => {
  await make().start();
  now += 4_000;
  end('untold');
  publish = () => Promise.reject(new Error('killed here'));
  const second = make();
  await second.start();
  now += 60_000;
  publish = async (name) => void kept.push(name);
  await make().start();
  expect(kept).toEqual(['untold']);
});

it('repeats nothing after a clean stop', async () => {
  const first = make();
  await first.start();
  for (let n = 0; n < 5; n++) {
    now += 1_000;
    first.ended([end(`c${n}`)]);
  }
  await first.stop();
  now += 2_000;
  const second = make();
  await second.start();
  await second.stop();
  expect(kept).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
});

it('tries again what could not be kept, and does not call it published meanwhile', async () => {
  const ends = make();
  await ends.start();
  publish = () => Promise.reject(new Error('disk full'));
  ends.ended([end('c1')]);
  now += 3_600_000;
  await ends.stop();
  expect(problems.length).toBeGreaterThan(0);
  publish = async (name) => void kept.push(name);
  const next = make();
  await next.start();
  expect(kept).toEqual(['c1']);
  await next.stop();
});

it('tells what was written although its answer was lost, as soon as the history has it, and once', async () => {
  const ends = make();
  await ends.start();
  const [written, refused, late] = [end('written'), end('refused'), end('late')];
  past = [written];
  ends.uncertain([written, refused, late]);
  await ends.stop();
  expect(kept).toEqual(['written']);
  // A Redis that stood still carries out what it was sent before.
  now += 20_000;
  past.push(late);
  await ends.stop();
  now += 3_600_000;
  await ends.stop();
  await ends.stop();
  expect(kept).toEqual(['written', 'late']);
});

it('asks again what a run before it left uncertain', async () => {
  const killed = make();
  await killed.start();
  now += 60_000;
  const written = end('written');
  past = [];
  killed.uncertain([written]);
  now += 3_000;
  await killed.stop();
  past = [written];
  const next = make();
  await next.start();
  await next.stop();
  expect(kept).toEqual(['written']);
});

it('with a damaged mark it tells the last hour again, and says so', async () => {
  end('earlier');
  now += 3_600_001;
  end('lately');
  await writeFile(join(folder, 'told-until'), '{"toldUnt');
  const ends = make();
  await ends.start();
  await ends.stop();
  expect(kept).toEqual(['lately']);
  expect(problems).toHaveLength(1);
});

it('a disk that takes nothing does not keep the relay from starting: it says so, and tells what it missed once there is room', async () => {
  const before = make();
  await before.start();
  now += 4_000;
  end('untold');
  const file = checkpointInFolder(folder);
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  let isFull = true;
  const write: typeof file.write = (mark) => (isFull ? Promise.reject(full) : file.write(mark));
  const next = make({ ...file, write });
  await next.start();
  expect(problems).toContain(full);
  isFull = false;
  await next.stop();
  expect(kept).toContain('untold');
  await before.stop();
});

it('tells a payment that came after the end by a message of its own, which no receiver takes for a repeated one', async () => {
  const publisher = make();
  await publisher.start();
  const cancelled = end('c1');
  publisher.ended([cancelled]);
  publisher.ended([{ ...cancelled, reason: 'paid', correctedAt: now + 1_000 }]);
  await publisher.stop();
  expect(kept).toEqual(['c1', 'c1 paid']);
});
