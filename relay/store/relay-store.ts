/**
 * The store over any database. Each method runs one decision of `core/` and adds what a decision cannot know:
 * pictures, archive, presence.
 */
import type { MaybePromise } from '../../shared/util/maybe-promise.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../../shared/wire/picture.ts';
import type { DeviceCommand } from '../../shared/wire/device.ts';
import type { ClearingReason } from '../../shared/wire/commands.ts';
import {
  clearCommand,
  clearingFor,
  findOpen,
  retryNow,
  startRotation,
  type ClearAnswer,
} from '../core/clear-command.ts';
import { changeDevice, register, removeDevice, type DeviceChange, type RegisterInput } from '../core/devices.ts';
import { decideEnrolment, listEnrolments, requestEnrolment } from '../core/enrolment.ts';
import type { Target } from '../core/resolve-target.ts';
import { lead } from '../core/leader-election.ts';
import { createPairing, link, unlinkAgent, unlinkDevice, type LinkInput } from '../core/links.ts';
import { claim, enqueue, hasClaimable } from '../core/queue.ts';
import type { Enqueued, EnqueueInput, Taker } from '../core/queue.ts';
import { report, type Report } from '../core/report.ts';
import type { DeviceRecord, EndedCommand, ReportStatus } from '../core/records.ts';
import { payAfterEnd, type Clearing } from '../core/clearing.ts';
import { findPayment, pay, type Payment } from '../core/payments.ts';
import { dueAt, expireDue } from '../core/expire.ts';
import type { Change, HistoryQuery, Database } from './database.ts';
import { endedFacts, openFacts } from './command-facts.ts';
import type { PollFacts, PresenceTracker } from './presence.ts';
import type { CommandFacts, Delivery, DeviceFacts, Enqueue, EnrolmentInput, PaymentName, Store } from './store.ts';
import { wireForm } from './wire-form.ts';

/** An agent that is not remembered costs its next command a second decision. */
const MAX_REMEMBERED_AGENTS = 20_000;

export class RelayStore implements Store {
  readonly #database: Database;
  readonly #presenceTracker: PresenceTracker;
  readonly #now: () => number;
  /**
   * The display of an agent's last link or command. Presence is read of it, and the decision says whether it is still
   * the one.
   */
  readonly #lastDevices = new Map<string, string>();
  readonly #watchers = new Set<(change: Change) => void>();

  constructor(
    database: Database,
    presenceTracker: PresenceTracker,
    now: () => number,
    readonly siteSettings: PictureSettings = DEFAULT_PICTURE_SETTINGS,
  ) {
    this.#database = database;
    this.#presenceTracker = presenceTracker;
    this.#now = now;

    database.onChange((change) => {
      for (const watcher of this.#watchers) watcher(change);
    });
  }

  async register(input: RegisterInput): Promise<{ readonly isNewToken: boolean }> {
    const displays = await this.#database.deviceCount();
    return this.#database.transact((tx) => register(tx, input, displays));
  }

  device = (deviceId: string): MaybePromise<DeviceRecord | undefined> => this.#database.device(deviceId);
  recordPoll = (deviceId: string, facts: PollFacts): void => this.#presenceTracker.recordPoll(deviceId, facts);
  hold = (deviceId: string, forMs: number): void => this.#presenceTracker.hold(deviceId, forMs);
  release = (deviceId: string, isGone: boolean): void => this.#presenceTracker.release(deviceId, isGone);
  presence = (deviceId: string) => this.#presenceTracker.of(deviceId);
  presenceSnapshot = () => this.#presenceTracker.snapshot();
  isOnline = (deviceId: string): MaybePromise<boolean> => this.#presenceTracker.isOnline(deviceId);

  async devices(): Promise<DeviceFacts[]> {
    const [devices, standingOf] = await Promise.all([this.#database.devices(), this.#presenceTracker.snapshot()]);
    const now = this.#now();
    return devices.map((device) => {
      const { presence, onlineUntil } = standingOf(device.deviceId);
      return { device, presence, online: onlineUntil >= now };
    });
  }

  agentDevice(agentId: string): Promise<DeviceRecord | undefined> {
    return this.#database.transact((tx) => {
      const found = tx.get('agent', agentId);
      const device = found && tx.get('device', found.deviceId);
      return device?.link?.agentId === agentId && device.link.expiresAt > tx.now ? device : undefined;
    });
  }

  async enqueue(input: Enqueue): Promise<Enqueued> {
    let deviceId = input.target.kind === 'agent' ? this.#lastDevices.get(input.target.id) : input.target.id;
    for (;;) {
      const presence = { deviceId, ...(await this.#seen(deviceId)) };
      const outcome = await this.#database.transact((tx) => enqueue(tx, { ...input, presence }));
      if (outcome.kind === 'enqueued') return outcome.enqueued;
      deviceId = outcome.deviceId;
      if (input.target.kind === 'agent') this.#rememberDevice(input.target.id, deviceId);
    }
  }

  async #seen(deviceId: string | undefined): Promise<Pick<EnqueueInput['presence'], 'online' | 'display'>> {
    if (deviceId === undefined) return { online: false, display: null };
    const { onlineUntil, presence } = await this.#presenceTracker.statusOf(deviceId);
    const online = onlineUntil >= this.#now();
    return { online, display: online ? presence.display : null };
  }

  #rememberDevice(agentId: string, deviceId: string): void {
    if (this.#lastDevices.size >= MAX_REMEMBERED_AGENTS) this.#lastDevices.clear();
    this.#lastDevices.set(agentId, deviceId);
  }

  claim(deviceId: string, taker: Taker = {}): MaybePromise<Delivery | undefined> {
    const device = this.#database.device(deviceId);
    return device instanceof Promise
      ? device.then((known) => this.#claimOf(deviceId, known, taker))
      : this.#claimOf(deviceId, device, taker);
  }

  /** An empty poll ends here: with nothing waiting and nothing due, no decision runs and nothing is written. */
  #claimOf(deviceId: string, device: DeviceRecord | undefined, taker: Taker): MaybePromise<Delivery | undefined> {
    if (device && !hasClaimable(device, taker) && dueAt(device) > this.#now()) return undefined;
    return this.#claimNow(deviceId, taker);
  }

  async #claimNow(deviceId: string, taker: Taker): Promise<Delivery | undefined> {
    const { device, claimed } = await this.#database.transact((tx) => claim(tx, deviceId, taker));
    if (claimed.length === 0) return undefined;
    const commands: DeviceCommand[] = [];
    for (const one of claimed) {
      const picture = one.content.hasPicture ? await this.#database.picture(one.content.commandId) : undefined;
      if (one.content.hasPicture && picture === undefined) {
        const { commandId } = one.content;
        const error = 'The stored picture is gone.';
        await this.#database.transact((tx) =>
          report(tx, { deviceId, commandId, status: 'failed', reason: 'bad_picture', error }),
        );
      } else commands.push(wireForm(device, one, picture, this.#now()));
    }
    return commands.length === 0 ? undefined : { commands, settings: { ...this.siteSettings, ...device.settings } };
  }

  async report(input: Report): Promise<ReportStatus> {
    const status = await this.#database.transact((tx) => report(tx, input));
    if (status) return status;
    // The command has ended: a late or repeated report changes nothing, and the answer says how it ended.
    const ended = await this.#database.ended(input.commandId);
    if (ended?.deviceId !== input.deviceId || ended.deliveries === 0) throw unknownCommand(input.commandId);
    return { state: ended.state, reason: ended.reason, clearing: null };
  }

  async command(commandId: string): Promise<CommandFacts> {
    const found = await this.findCommand(commandId);
    if (!found) throw unknownCommand(commandId);
    return found;
  }

  async findCommand(commandId: string): Promise<CommandFacts | undefined> {
    const open = await this.#database.transact((tx) => findOpen(tx, commandId));
    if (open) return openFacts(open);
    const ended = await this.#database.ended(commandId);
    return ended && endedFacts(ended);
  }

  async #endedOrRefuse(commandId: string): Promise<EndedCommand> {
    const ended = await this.#database.ended(commandId);
    if (!ended) throw unknownCommand(commandId);
    return ended;
  }

  startRotation = (target: Target, reason: ClearingReason) =>
    this.#database.transact((tx) => startRotation(tx, target, reason));

  clear = (commandId: string, reason: ClearingReason) => this.#takeOff(commandId, clearingFor(reason));

  cancel = (commandId: string, by: 'app' | 'admin') =>
    this.#takeOff(commandId, { reason: 'cancelled', type: 'start_rotation', note: `cancelled_by_${by}` });

  /** Clearing an ended command again gives the first answer again. */
  async #takeOff(commandId: string, clearing: Clearing): Promise<ClearAnswer> {
    const answer = await this.#database.transact((tx) => clearCommand(tx, commandId, clearing));
    if (answer) return answer;
    const { deviceId, clearedBy } = await this.#endedOrRefuse(commandId);
    return { deviceId, commandId: clearedBy ?? null };
  }

  async findPayment(name: PaymentName): Promise<string> {
    return name.kind === 'command' ? name.id : this.#database.transact((tx) => findPayment(tx, name));
  }

  async paid(name: PaymentName): Promise<ClearAnswer & { readonly paidCommandId: string }> {
    const { paidCommandId, answer } = await this.#database.transact((tx): Payment => pay(tx, name));
    if (answer) return { ...answer, paidCommandId };
    const ended = await this.#endedOrRefuse(paidCommandId);
    const tick = await this.#payAfterEnd(ended);
    return { deviceId: ended.deviceId, commandId: tick ?? ended.clearedBy ?? null, paidCommandId };
  }

  #payAfterEnd(ended: EndedCommand): Promise<string | undefined> {
    return this.#database.transact((tx) => {
      const device = tx.get('device', ended.deviceId);
      const paid = device && payAfterEnd(tx, expireDue(tx, device), ended);
      if (paid) tx.put('device', ended.deviceId, paid.device);
      return paid?.by;
    });
  }

  async retry(commandId: string): Promise<ClearAnswer> {
    const answer = await this.#database.transact((tx) => retryNow(tx, commandId));
    if (answer) return answer;
    const { state } = await this.#endedOrRefuse(commandId);
    throw new ApiError(
      'command_ended',
      `This command has ended (${state}), and its picture went with it; post it again.`,
      { state },
    );
  }

  async link(input: LinkInput) {
    const linked = await this.#database.transact((tx) => link(tx, input));
    this.#rememberDevice(input.agentId, linked.deviceId);
    return linked;
  }

  unlinkAgent = (agentId: string, by: string) => this.#database.transact((tx) => unlinkAgent(tx, agentId, by));
  unlinkDevice = (deviceId: string, by: string) => this.#database.transact((tx) => unlinkDevice(tx, deviceId, by));
  createPairing = (deviceId: string) => this.#database.transact((tx) => createPairing(tx, deviceId));

  changeDevice = (deviceId: string, change: DeviceChange, by: string) =>
    this.#database.transact((tx) => changeDevice(tx, deviceId, change, by));
  async removeDevice(deviceId: string, by: string): Promise<void> {
    await this.#database.transact((tx) => removeDevice(tx, deviceId, by));
    this.#presenceTracker.forget(deviceId);
  }

  requestEnrolment = (input: EnrolmentInput) => this.#database.transact((tx) => requestEnrolment(tx, input));
  enrolment = (requestId: string) => this.#database.transact((tx) => tx.get('enrol', requestId));
  enrolments = () => this.#database.transact(listEnrolments);
  decideEnrolment = (requestId: string, verdict: 'approved' | 'denied', by: string) =>
    this.#database.transact((tx) => decideEnrolment(tx, requestId, verdict, by));

  signOut = (sessionId: string, expiresAt: number) =>
    this.#database.transact((tx) => tx.put('signedout', sessionId, { expiresAt }));
  isSignedOut = (sessionId: string) => this.#database.transact((tx) => tx.get('signedout', sessionId) !== undefined);

  lead = (task: string, relayId: string) => this.#database.transact((tx) => lead(tx, task, relayId));

  history = (query: HistoryQuery) => this.#database.history(query);
  audit = (query: HistoryQuery) => this.#database.audited(query);

  watch(listener: (change: Change) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  /** Applies what time has changed: leases, lifetimes, links. The owner of the store calls it every half second. */
  async sweep(): Promise<void> {
    for (const deviceId of await this.#database.due(this.#now()))
      await this.#database.transact((tx) => {
        const device = tx.get('device', deviceId);
        if (device) expireDue(tx, device);
      });
  }

  acceptEmptied = async (by: string): Promise<boolean> => (await this.#database.acceptEmptied?.(by)) ?? false;
  health = () => this.#database.health();
  close = () => this.#database.close();
}

function unknownCommand(commandId: string): ApiError {
  return new ApiError('unknown_command', `No command with the id ${commandId} is known here.`);
}
