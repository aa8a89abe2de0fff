/**
 * Publishes the end of each command at least once, also when the relay is killed. The store has the end before the
 * message exists, so after a start the history is read for what ended since the last checkpoint. A message is named
 * after its command, so publishing it twice gives the same message. A payment that was told after the end is a second
 * message of its command.
 */
import { Mutex } from '../../shared/util/mutex.ts';
import { iso } from '../core/iso-time.ts';
import type { EndedCommand } from '../core/records.ts';
import type { CommandEnded } from './event.ts';
import type { Checkpoint, CheckpointFile } from './checkpoint.ts';

const CHECKPOINT_EVERY_MS = 5_000;
/** Longer than it takes from a decision until this relay hears that it is durable. */
const DURABLE_WITHIN_MS = 30_000;
/** With a damaged checkpoint, ends of this period are published again. */
const BLIND_MS = 3_600_000;

export interface CommandEndedPublisherOptions {
  readonly checkpoint: CheckpointFile;
  /** Commands that ended in this period, at any relay. */
  readonly history: (from: number, to: number) => Promise<readonly EndedCommand[]>;
  /** Durable when it resolves; the same name twice is one message. */
  readonly publish: (event: CommandEnded, name: string) => Promise<void>;
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}

export class CommandEndedPublisher {
  readonly #options: CommandEndedPublisherOptions;
  /** Not known to be stored yet. */
  readonly #underway = new Map<string, EndedCommand>();
  /** Could not be stored; tried again with the next checkpoint. */
  readonly #failed = new Map<string, EndedCommand>();
  /** Perhaps in the store: its answer was lost. The history is asked for as long as a late write may still arrive. */
  readonly #uncertain = new Map<string, EndedCommand>();
  /** Published since the checkpoint, with their ends. */
  readonly #published = new Map<string, number>();
  /** The period whose ends an earlier run may not have published. */
  #missed: { readonly from: number; readonly to: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #saves = new Mutex();

  constructor(options: CommandEndedPublisherOptions) {
    this.#options = options;
  }

  /** Publishes what an earlier run left unpublished. */
  async start(): Promise<void> {
    const { checkpoint: mark, now, onProblem } = this.#options;
    const before = await mark.read().catch((error: unknown): Checkpoint => {
      onProblem(error);
      return { toldUntilMs: now() - BLIND_MS, aliveAtMs: now(), told: [] };
    });
    if (before) {
      this.#missed = { from: before.toldUntilMs, to: before.aliveAtMs + CHECKPOINT_EVERY_MS + DURABLE_WITHIN_MS };
      for (const name of before.told) this.#published.set(name, before.aliveAtMs);
      // If this run ends before its first checkpoint, the next one also looks for the ends of this run.
      // A disk that is full must not keep the relay from starting.
      await mark.write({ ...before, aliveAtMs: now() }).catch(onProblem);
    }
    await this.#saveCheckpoint();
    this.#timer = setInterval(() => void this.#saveCheckpoint(), CHECKPOINT_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saveCheckpoint();
  }

  ended(commands: readonly EndedCommand[]): void {
    for (const command of commands) void this.#publish(command);
  }

  /** Their writes were refused, and may have happened. */
  uncertain(commands: readonly EndedCommand[]): void {
    for (const command of commands) this.#uncertain.set(nameOf(command), command);
  }

  async #publish(command: EndedCommand): Promise<void> {
    const name = nameOf(command);
    this.#underway.set(name, command);
    try {
      await this.#options.publish(endOf(command), name);
      this.#published.set(name, command.endedAt);
      this.#failed.delete(name);
    } catch (error) {
      this.#failed.set(name, command);
      this.#options.onProblem(error);
    } finally {
      this.#underway.delete(name);
    }
  }

  /** Saves run one after the other. What fails, because Redis or the disk is away, is tried again. */
  #saveCheckpoint(): Promise<void> {
    return this.#saves.run(() => this.#saveCheckpointNow()).catch(this.#options.onProblem);
  }

  async #saveCheckpointNow(): Promise<void> {
    const { history, checkpoint: mark, now } = this.#options;
    if (this.#missed) {
      const { from, to } = this.#missed;
      for (const command of await history(from, to))
        if (!this.#published.has(nameOf(command))) await this.#publish(command);
      this.#missed = undefined;
    }
    await this.#publishUncertain();
    await Promise.all([...this.#failed.values()].map((command) => this.#publish(command)));
    const open = [this.#underway, this.#failed, this.#uncertain].flatMap((commands) => [...commands.values()]);
    const untold = open.map(({ endedAt }) => endedAt - 1);
    const toldUntilMs = Math.min(now() - DURABLE_WITHIN_MS, ...untold);
    for (const [name, endedAt] of this.#published) if (endedAt <= toldUntilMs) this.#published.delete(name);
    await mark.write({ toldUntilMs, aliveAtMs: now(), told: [...this.#published.keys()] });
  }

  async #publishUncertain(): Promise<void> {
    if (this.#uncertain.size === 0) return;
    const { history, now } = this.#options;
    const asked = new Map(this.#uncertain);
    const askedAt = now();
    const endedAt = [...asked.values()].map((command) => command.endedAt);
    for (const command of await history(Math.min(...endedAt), Math.max(...endedAt))) {
      const name = nameOf(command);
      if (asked.has(name) && !this.#published.has(name)) await this.#publish(command);
    }
    for (const [name, command] of asked)
      if (this.#published.has(name) || command.endedAt < askedAt - DURABLE_WITHIN_MS) this.#uncertain.delete(name);
  }
}

const nameOf = ({ commandId, correctedAt }: EndedCommand): string =>
  correctedAt === undefined ? commandId : `${commandId} paid`;

function endOf(command: EndedCommand): CommandEnded {
  return {
    type: 'command.ended',
    timestamp: iso(command.correctedAt ?? command.endedAt),
    data: {
      command_id: command.commandId,
      command_type: command.type,
      device_id: command.deviceId,
      agent_id: command.agentId,
      policy_number: command.policyNumber ?? null,
      reference: command.reference ?? null,
      state: command.state,
      reason: command.reason,
      displayed_at: command.displayedAt === undefined ? null : iso(command.displayedAt),
    },
  };
}
