import { measureEmptyPoll } from '../empty-poll.ts';
import { figure } from '../report.ts';

export async function run(): Promise<void> {
  const poll = await measureEmptyPoll();
  figure(
    'CPU of an empty poll over bare Koa + router',
    `${poll.overBareKoa.toFixed(2)} x (${poll.microsecondsEach.toFixed(0)} us)`,
    'goal at most 1.5 x',
  );
  figure(
    `the same, 500 devices and ${poll.finished} finished over 10 and 0`,
    `${poll.growth.toFixed(2)} x`,
    'goal at most 1.15 x',
  );
  figure('the same, 5,000 devices over 10', `${poll.growthTo5000.toFixed(2)} x`, 'goal at most 1.15 x');
  figure('memory of the relay with the finished ones', `${poll.residentMegabytes.toFixed(0)} MB`);
}
