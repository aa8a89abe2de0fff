/** Puts the relay together from its settings, keys and store; knows neither port nor process. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { messageOf } from '../shared/wire/errors.ts';
import { createApp } from './app.ts';
import { Auth } from './auth/auth.ts';
import { DemoKeys } from './auth/demo-keys.ts';
import type { Config } from './config.ts';
import type { EndedCommand } from './core/records.ts';
import { FleetWatch } from './fleet/fleet-watch.ts';
import { readHeartbeats, writeHeartbeats } from './fleet/heartbeat-file.ts';
import { LongPolls } from './http/long-poll.ts';
import { countHere, Limits, type MakeLimiter } from './http/limits.ts';
import type { Keys } from './auth/keys.ts';
import { lastBackupAt } from './last-backup.ts';
import { Metrics } from './metrics.ts';
import type { Notices } from './notices.ts';
import type { Deps } from './routes/route.ts';
import type { Clocks } from './steady-clock.ts';
import { AdminSession } from './auth/admin-session.ts';
import type { Store } from './store/store.ts';
import { UpdateFolder } from './updates/update-folder.ts';
import { CommandEndedPublisher } from './webhooks/command-ended-publisher.ts';
import { OutagePublisher } from './webhooks/outage-publisher.ts';
import { deliveryQueueInFolder } from './webhooks/delivery-queue.ts';
import { send } from './webhooks/send.ts';
import { checkpointInFolder } from './webhooks/checkpoint.ts';
import { Webhooks } from './webhooks/webhooks.ts';

const DAY_MS = 24 * 3_600_000;
/** How often the heartbeats are kept. */
const KEEP_HEARTBEATS_MS = 5 * 60_000;

export interface RelayParts {
  readonly config: Config;
  readonly keys: Keys;
  readonly store: Store;
  readonly clocks: Clocks;
  readonly notices: Notices;
  /** Where calls are counted; in this process unless the store is shared. */
  readonly makeLimiter?: MakeLimiter;
  readonly log: Logger;
  /** The built pages. */
  readonly pagesDir: string;
}

export class Relay {
  readonly deps: Deps;
  /** The whole relay as a function from request to answer. */
  readonly handle: ReturnType<ReturnType<typeof createApp>['callback']>;
  readonly #webhooks: Webhooks | undefined;
  readonly #ends: CommandEndedPublisher | undefined;
  readonly #id = randomUUID();
  #keeping: NodeJS.Timeout | undefined;

  constructor({ config, keys, store, clocks, notices, makeLimiter = countHere, log, pagesDir }: RelayParts) {
    const { now, passed } = clocks;
    const onProblem = (what: string) => (error: unknown) => log.warn({ cause: messageOf(error) }, what);
    const longPolls = new LongPolls(config.maxHeldPolls);
    const fleet = new FleetWatch({
      store,
      now,
      passed,
      notices: () => notices.list(now()),
      onProblem: onProblem('the fleet will be looked at again'),
    });
    const metrics = new Metrics();
    const demoKeys = config.demo && config.proxies === 0 ? new DemoKeys() : undefined;
    this.deps = {
      config,
      store,
      auth: new Auth(demoKeys ? withDemo(keys, demoKeys) : keys, config, store, {
        // Only how long keys are kept is measured by it.
        now: passed,
        onKeysProblem: onProblem('the keys of agent tokens could not be fetched'),
      }),
      adminSession: new AdminSession(keys.admin, config, store, now),
      limits: new Limits(makeLimiter, config),
      updates: new UpdateFolder(config.updateDir, log),
      longPolls,
      fleet,
      metrics,
      log,
      demoKeys,
      now,
      passed,
      notices,
    };
    const { webhooks } = config;
    if (webhooks.urls.length > 0) {
      const folder = join(config.dataDir, 'webhooks');
      const hooks = new Webhooks({
        ...webhooks,
        messages: deliveryQueueInFolder(folder, (file) =>
          log.error({ file }, 'a damaged webhook message was set aside'),
        ),
        send,
        // Receivers compare the signature's time with their own clock.
        now: Date.now,
        keepMs: config.historyDays * DAY_MS,
        log: (level, event, facts) => log[level](facts, event),
      });
      this.#webhooks = hooks;
      this.#ends = new CommandEndedPublisher({
        checkpoint: checkpointInFolder(folder),
        history: (from, to) => store.history({ from, to, limit: Infinity }),
        publish: (event, name) => hooks.publish(event, name),
        now,
        onProblem: onProblem('a webhook could not be kept yet'),
      });
      const outages = new OutagePublisher({
        publish: (event) => hooks.publish(event),
        leads: () => store.lead('outages', this.#id),
        outages: webhooks.outages,
        onProblem: onProblem('a webhook could not be kept'),
      });
      fleet.observe(
        (device, online, at) => outages.observe(device, online, at),
        (deviceId) => outages.forget(deviceId),
      );
    }
    metrics.watch({
      longPolls,
      fleet,
      waitingWebhooks: () => this.#webhooks?.waitingCount ?? 0,
      droppedWebhooks: () => this.#webhooks?.droppedCount ?? 0,
      clockJumps: () => notices.clockJumps,
      storeHealth: () => store.health(),
      lastBackupAt: () => lastBackupAt(config.dataDir),
      now,
    });
    this.handle = createApp(this.deps, pagesDir).callback();
  }

  /** To be called after each durable write of the store. */
  written(tookMs: number, decisions: number, ended: readonly EndedCommand[]): void {
    this.deps.metrics.written(tookMs, decisions, ended);
    if (ended.length > 0) this.#ends?.ended(ended);
  }

  /** To be called when a write of the store was refused and may have happened. */
  uncertain(ended: readonly EndedCommand[]): void {
    this.#ends?.uncertain(ended);
  }

  async start(): Promise<void> {
    const { config, fleet, log, now } = this.deps;
    const kept = await readHeartbeats(config.dataDir);
    if (kept) fleet.heartbeats.restore(kept, now());
    await this.#webhooks?.start();
    await this.#ends?.start();
    fleet.start();
    this.#keeping = setInterval(() => {
      this.#keepHeartbeats().catch((error: unknown) =>
        log.warn({ cause: messageOf(error) }, 'the heartbeats could not be kept'),
      );
    }, KEEP_HEARTBEATS_MS);
  }

  /** Answers those who wait and ends what runs by itself. The store may be closed afterwards. */
  async stop(): Promise<void> {
    clearInterval(this.#keeping);
    this.deps.longPolls.stop();
    await this.deps.fleet.stop();
    await this.#ends?.stop();
    await this.#webhooks?.stop();
    await this.#keepHeartbeats().catch(() => undefined);
  }

  #keepHeartbeats(): Promise<void> {
    const { config, fleet, now } = this.deps;
    return writeHeartbeats(config.dataDir, fleet.heartbeats.keep(now()));
  }
}

const withDemo = (keys: Keys, demo: DemoKeys): Keys => ({
  ...keys,
  app: [...keys.app, demo.app],
  enrol: [...keys.enrol, demo.enrol],
});
