/**
 * The relay under the load of a large fleet, and of two relays against one. The load comes from this process, the
 * relays are others.
 */
import { DURABLE, noRedis, startRedis } from '../../support/process/redis.ts';
import { emptyPollOnRedis, growthOfEmptyPoll } from '../empty-poll.ts';
import { kilobytesPerHeldPoll, mustBeTrue, postsPerSecond, traffic, type Traffic } from '../load.ts';
import { startRelay } from '../processes.ts';
import { figure } from '../report.ts';

const truth = ({ posted, lost, misrouted, repeated }: Traffic): string =>
  `${posted} posted, ${lost} lost, ${misrouted} misrouted, ${repeated} repeated`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** CPU seconds of one poll, with what the posts meanwhile cost. */
const pollCpu = ({ cpuShare, pollsPerSecond }: Traffic): number => cpuShare / pollsPerSecond;

const HELD = 4_000;
const FINISHED = 50_000;

async function oneRelay(): Promise<void> {
  const small = await startRelay();
  const five = await traffic([small], { devices: 500, perMinute: 60, seconds: 20 });
  figure(
    '500 displays, polls held for 2 s: CPU of one core',
    `${(100 * five.cpuShare).toFixed(1)} %`,
    'goal at most 10 %',
  );
  await small.stop();

  const large = await startRelay();
  const all = await traffic([large], { devices: 5_000, perMinute: 600, seconds: 60 });
  figure('5,000 displays with held polls, 600 QR/min with 20 KB images', truth(all), 'goal 0, 0, 0, 0');
  figure('  post answered to command in hands', `p50 ${ms(all.p50Ms)}, p99 ${ms(all.p99Ms)}`, 'goal p99 under 100 ms');
  figure('  post sent to command in hands', `p99 ${ms(all.wholeP99Ms)}`);
  figure('  memory (RSS, highest)', `${all.residentMb.toFixed(0)} MB`, 'goal under 400 MB');
  figure(
    '  CPU of one core',
    `${(100 * all.cpuShare).toFixed(0)} % (${all.pollsPerSecond.toFixed(0)} polls/s, ${all.broken} broken)`,
  );
  figure('  CPU of the load itself, of one core', `${(100 * all.driverShare).toFixed(0)} %`);
  const growth = pollCpu(all) / pollCpu(five);
  figure('  CPU of a held poll over that of 500 displays, posts included', `${growth.toFixed(2)} x`);
  await large.stop();
  mustBeTrue('one relay', [five, all]);

  const toFive = await growthOfEmptyPoll(10, 500);
  figure(
    'CPU of an empty poll, 500 displays over 10, 16 connections each',
    `${toFive.toFixed(2)} x`,
    'goal at most 1.15 x',
  );
  const toAll = await growthOfEmptyPoll(10, 5_000);
  figure('the same, 5,000 displays over 10', `${toAll.toFixed(2)} x`);

  const holding = await startRelay();
  figure('memory of a held poll with its connection', `${(await kilobytesPerHeldPoll([holding], HELD)).toFixed(1)} KB`);
  await holding.stop();

  const posting = await startRelay();
  figure('durable posts, 64 at a time, text', `${(await postsPerSecond([posting], 4_000, false)).toFixed(0)} /s`);
  figure('durable posts, 64 at a time, 20 KB image', `${(await postsPerSecond([posting], 2_000, true)).toFixed(0)} /s`);
  await posting.stop();
}

async function twoRelays(): Promise<void> {
  const why = noRedis();
  if (why !== undefined) {
    figure('two relays on Redis against one', `not measured: ${why}`);
    return;
  }
  const redis = await startRedis(DURABLE);
  const env = { STORE_URL: redis.url };
  try {
    const first = await startRelay(env);
    const onePosts = await postsPerSecond([first], 3_000, false);
    const one = await traffic([first], { devices: 500, perMinute: 600, seconds: 20 });
    const oneHeld = await kilobytesPerHeldPoll([first], HELD);
    const second = await startRelay(env);
    const twoHeld = await kilobytesPerHeldPoll([first, second], HELD);
    const twoPosts = await postsPerSecond([first, second], 3_000, false);
    const two = await traffic([first, second], { devices: 500, perMinute: 600, seconds: 20 });
    figure('one relay on Redis: durable posts', `${onePosts.toFixed(0)} /s`);
    figure(
      'two relays on Redis: durable posts',
      `${twoPosts.toFixed(0)} /s (${(twoPosts / onePosts).toFixed(2)} x one)`,
    );
    figure('one relay on Redis: 500 displays, 600 QR/min', `${truth(one)}; p50 ${ms(one.p50Ms)}, p99 ${ms(one.p99Ms)}`);
    figure(
      'two relays on Redis: the same',
      `${truth(two)}; p50 ${ms(two.p50Ms)}, p99 ${ms(two.p99Ms)}`,
      'goal 0, 0, 0, 0',
    );
    figure(
      '  post answered to command in hands, over one relay',
      `p50 ${(two.p50Ms / one.p50Ms).toFixed(2)} x, p99 ${(two.p99Ms / one.p99Ms).toFixed(2)} x`,
    );
    figure('  CPU of a poll, both relays together over one', `${(pollCpu(two) / pollCpu(one)).toFixed(2)} x`);
    figure('  memory of the larger of two over that of one', `${(two.residentMb / one.residentMb).toFixed(2)} x`);
    figure(
      '  memory of a held poll with its connection, one relay and two',
      `${oneHeld.toFixed(1)} KB, ${twoHeld.toFixed(1)} KB`,
    );
    await Promise.all([first.stop(), second.stop()]);
    mustBeTrue('on Redis', [one, two]);
  } finally {
    await redis.remove();
  }

  const stores = [await startRedis(DURABLE), await startRedis(DURABLE)] as const;
  try {
    const grown = await emptyPollOnRedis([stores[0].url, stores[1].url], FINISHED);
    const what = `500 displays and ${FINISHED} finished over 10 and 0`;
    const goal = 'goal at most 1.15 x';
    figure(`CPU of an empty poll, ${what}: one relay on Redis`, `${grown.growthOfOne.toFixed(2)} x`, goal);
    figure(`CPU of an empty poll, ${what}: two relays on Redis`, `${grown.growthOfTwo.toFixed(2)} x`, goal);
    figure('CPU of an empty poll, two relays together over one', `${grown.twoOverOne.toFixed(2)} x`);
  } finally {
    for (const store of stores) await store.remove();
  }
}

export async function run(): Promise<void> {
  await oneRelay();
  await twoRelays();
}
