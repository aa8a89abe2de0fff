/**
 * The queue and the links as the contract tells them, in the plainest form: one list of commands, looked through each
 * time. Knows nothing of how the relay does it. Time passes for the model whenever the store's `sweep` is called.
 */
import type { ClearingReason } from '../../shared/wire/commands.ts';
import { RULES, START } from './store-harness.ts';

const GRACE_MS = 60_000;
const MAX_DELIVERIES = 3;

export interface ModelCommand {
  /** Empty until the store was asked which one it gave. */
  id: string;
  readonly device: string;
  readonly agent: string | null;
  readonly type: 'display_qr' | 'start_rotation' | 'show_paid';
  state: string;
  reason: string | null;
  deliveries: number;
  leaseUntil: number;
  readonly expiresAt: number;
  displayedAt: number;
  /** The command that takes it off the screen, and why. */
  clearing: { by: ModelCommand; reason: ClearingReason } | undefined;
}

const isOpen = ({ state }: ModelCommand): boolean => ['pending', 'delivered', 'displayed'].includes(state);

export class Model {
  now = START;
  readonly commands: ModelCommand[] = [];
  /** Which agent has a display, and until when. */
  readonly links = new Map<string, { agent: string; until: number }>();
  /** Idempotency keys: for which agent they were used, which command that made, and until when that is remembered. */
  readonly keys = new Map<string, { agent: string; id: string; until: number }>();

  constructor(
    readonly devices: readonly string[],
    readonly policy: 'latest' | 'fifo',
  ) {}

  deviceOf(agent: string): string | undefined {
    for (const [device, link] of this.links) if (link.agent === agent) return device;
    return undefined;
  }

  #open(device: string): ModelCommand[] {
    return this.commands.filter((command) => command.device === device && isOpen(command));
  }

  #newer(command: ModelCommand): boolean {
    const place = this.commands.indexOf(command);
    return this.commands.some(
      (other, index) =>
        index > place && other.device === command.device && other.type === 'display_qr' && isOpen(other),
    );
  }

  #end(command: ModelCommand, state: string, reason: string, mayShow = false): void {
    const isNewer = this.#newer(command);
    command.state = state;
    command.reason = reason;
    // A clearing that is over may be asked for again.
    for (const other of this.commands) if (isOpen(other) && other.clearing?.by === command) other.clearing = undefined;
    const clearer = command.clearing?.by;
    if (!clearer || !isOpen(clearer) || clearer.deliveries > 0) return;
    if (mayShow && !isNewer) return;
    if (clearer.type === 'show_paid' && reason !== 'replaced') return;
    if (this.commands.some((other) => isOpen(other) && other.clearing?.by === clearer)) return;
    this.#end(clearer, 'superseded', 'superseded_by_newer');
  }

  /** Of a code that was handed out nobody knows whether it was shown. */
  #overtake(older: ModelCommand): void {
    if (older.deliveries === 0) this.#end(older, 'superseded', 'superseded_by_newer');
    else this.#end(older, 'failed', 'unreported');
  }

  /** Not shown: the older one goes as well, unless a still newer one comes. */
  #endUnshown(command: ModelCommand, state: 'failed' | 'expired', reason: string): void {
    const before = this.commands.slice(0, this.commands.indexOf(command));
    const isLast = command.type === 'display_qr' && !this.#newer(command);
    this.#end(command, state, reason);
    if (!isLast) return;
    const older = before.filter(
      (one) =>
        one.device === command.device &&
        one.type === 'display_qr' &&
        isOpen(one) &&
        (this.policy === 'fifo' ? one.state === 'displayed' : one.deliveries > 0),
    );
    this.takeOff(older, 'replaced', 'start_rotation', 'replaced')('');
  }

  #add(id: string, device: string, agent: string | null, type: ModelCommand['type'], ttlMs: number): ModelCommand {
    const command: ModelCommand = {
      id,
      device,
      agent,
      type,
      state: 'pending',
      reason: null,
      deliveries: 0,
      leaseUntil: 0,
      expiresAt: this.now + ttlMs,
      displayedAt: 0,
      clearing: undefined,
    };
    this.commands.push(command);
    return command;
  }

  post(agent: string, id: string): void {
    const device = this.deviceOf(agent) ?? '';
    if (this.policy === 'latest')
      for (const older of this.#open(device))
        if (older.type === 'display_qr' && older.state === 'pending') this.#overtake(older);
    this.#add(id, device, agent, 'display_qr', RULES.commandTtlMs);
  }

  /** What a poll gets, in order. */
  take(device: string): string[] {
    const open = this.#open(device);
    const underway = open.some(({ type, state }) => type === 'display_qr' && state === 'delivered');
    const taken: string[] = [];
    for (const command of open) {
      if (command.state !== 'pending') continue;
      const isQr = command.type === 'display_qr';
      if (isQr && underway && this.policy === 'fifo') break;
      command.state = 'delivered';
      command.deliveries++;
      command.leaseUntil = this.now + RULES.leaseMs;
      taken.push(command.id);
      if (isQr) break;
    }
    return taken;
  }

  /** An admin's wish to hand it out again at once; answers whether it may be. */
  retry(command: ModelCommand): boolean {
    const mayBe = ['pending', 'delivered'].includes(command.state) && !command.clearing;
    if (!mayBe || command.deliveries >= MAX_DELIVERIES) return false;
    command.state = 'pending';
    command.leaseUntil = 0;
    return true;
  }

  report(command: ModelCommand, status: 'received' | 'success' | 'failed' | 'cleared'): void {
    if (!isOpen(command)) return;
    const isShown = command.state === 'displayed';
    if (status === 'received' && !isShown) {
      command.state = 'delivered';
      command.leaseUntil = this.now + RULES.leaseMs;
    }
    if (status === 'failed' && !isShown) this.#endUnshown(command, 'failed', 'display_failed');
    if (command.type !== 'display_qr') {
      if (status === 'success' || status === 'cleared') this.#done(command);
      return;
    }
    if (status === 'cleared') this.#end(command, 'cleared', command.clearing?.reason ?? 'timeout');
    if (status === 'success' && !isShown) {
      const before = this.commands.slice(0, this.commands.indexOf(command));
      command.state = 'displayed';
      command.displayedAt = this.now;
      for (const older of before)
        if (older.device === command.device && older.type === 'display_qr' && isOpen(older) && older.deliveries > 0) {
          if (older.state === 'displayed') this.#end(older, 'cleared', 'replaced');
          else this.#overtake(older);
        }
    }
  }

  #done(command: ModelCommand): void {
    for (const other of this.commands)
      if (isOpen(other) && other.clearing?.by === command) this.#end(other, 'cleared', other.clearing.reason);
    this.#end(command, 'cleared', 'done');
  }

  /** Answers whether the display needs a command for it; `give` is told its id. */
  takeOff(
    targets: ModelCommand[],
    reason: ClearingReason,
    type: 'start_rotation' | 'show_paid',
    note: string,
  ): (id: string) => void {
    const mayShow: ModelCommand[] = [];
    for (const target of targets) {
      if (target.clearing) {
        if (reason === 'paid' && target.clearing.reason !== 'paid') return (id) => this.#payInstead(target, id);
        continue;
      }
      if (target.deliveries === 0) this.#end(target, 'cancelled', note);
      else mayShow.push(target);
    }
    const newest = mayShow.at(-1);
    if (!newest) return () => undefined;
    return (id) => {
      const ttlMs = Math.max(RULES.commandTtlMs, RULES.displayMs + GRACE_MS);
      const by = this.#add(id, newest.device, newest.agent, type, ttlMs);
      for (const target of mayShow) target.clearing = { by, reason };
      for (const target of mayShow) if (target.state === 'pending') this.#end(target, 'cancelled', note, true);
    };
  }

  /** Paid while it was being taken off: "paid" takes the place of the clearing, if no display has taken that yet. */
  #payInstead(target: ModelCommand, id: string): void {
    const old = target.clearing?.by as ModelCommand;
    const ttlMs = Math.max(RULES.commandTtlMs, RULES.displayMs + GRACE_MS);
    const by = this.#add(id, target.device, target.agent, 'show_paid', ttlMs);
    for (const other of this.#open(target.device))
      if (other.clearing?.by === old)
        other.clearing = { by, reason: other === target ? 'paid' : other.clearing.reason };
    if (old.deliveries === 0) this.#end(old, 'superseded', 'superseded_by_newer');
  }

  /** Paid after it ended in being taken off, while the clearing is open: it counts as paid. */
  payAfterEnd(command: ModelCommand): void {
    if (command.clearing && isOpen(command.clearing.by) && command.state !== 'failed') command.reason = 'paid';
  }

  /** And while the clearing waits the tick takes its place. */
  tickInstead(command: ModelCommand, id: string): void {
    const old = command.clearing?.by as ModelCommand;
    const by = this.#add(id, old.device, old.agent, 'show_paid', old.expiresAt - this.now);
    command.clearing = { by, reason: 'paid' };
    this.#end(old, 'superseded', 'superseded_by_newer');
  }

  openQrs(device: string, agent?: string): ModelCommand[] {
    return this.#open(device).filter(
      (one) => one.type === 'display_qr' && (agent === undefined || one.agent === agent),
    );
  }

  /** Time alone. Answers the displays of which the link ran out. */
  pass(ms: number): string[] {
    this.now += ms;
    const released: string[] = [];
    for (const device of this.devices) {
      for (const command of this.#open(device)) if (isOpen(command)) this.#age(command);
      const link = this.links.get(device);
      if (link && link.until <= this.now) released.push(device);
    }
    return released;
  }

  #age(command: ModelCommand): void {
    if (command.state === 'pending' && command.expiresAt <= this.now) {
      if (command.deliveries === 0) this.#endUnshown(command, 'expired', 'expired_undelivered');
      else this.#endUnshown(command, 'failed', 'unreported');
    } else if (command.state === 'displayed' && command.displayedAt + RULES.displayMs + GRACE_MS <= this.now)
      this.#end(command, 'cleared', 'disconnected');
    else if (command.state === 'delivered' && command.leaseUntil <= this.now) {
      if (command.clearing) this.#end(command, 'cancelled', command.clearing.reason, true);
      else if (command.deliveries >= MAX_DELIVERIES || command.expiresAt <= this.now)
        this.#endUnshown(command, 'failed', 'unreported');
      else if (this.policy === 'latest' && command.type === 'display_qr' && this.#newer(command))
        this.#overtake(command);
      else command.state = 'pending';
    }
  }
}
