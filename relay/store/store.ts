/**
 * What the relay can do, as whole steps of its domain. Each is atomic and durable when it resolves; each may reject
 * with an ApiError that is fit to be answered. Routes know this interface and nothing behind it.
 */
import type { MaybePromise } from '../../shared/util/maybe-promise.ts';
import type { ClearingReason, CommandState, CommandType } from '../../shared/wire/commands.ts';
import type { DeviceCommand } from '../../shared/wire/device.ts';
import type { PictureFacts, PictureSettings } from '../../shared/wire/picture.ts';
import type { ClearAnswer } from '../core/clear-command.ts';
import type { DeviceChange, RegisterInput } from '../core/devices.ts';
import type { LinkInput } from '../core/links.ts';
import type { PaymentName } from '../core/payments.ts';
import type { Target } from '../core/resolve-target.ts';
import type { Enqueued, EnqueueInput, Taker } from '../core/queue.ts';
import type { Report } from '../core/report.ts';
import type {
  AuditEntry,
  DeviceRecord,
  EndedCommand,
  EndReason,
  EnrolmentRecord,
  ReportStatus,
} from '../core/records.ts';
import type { Change, HistoryQuery, DatabaseHealth } from './database.ts';
import type { PollFacts, Presence, PresenceStatus } from './presence.ts';

export interface Delivery {
  readonly commands: readonly DeviceCommand[];
  readonly settings: PictureSettings;
}

/** Everything that is known of a command, open or over. Times are wall-clock milliseconds. */
export interface CommandFacts {
  readonly commandId: string;
  readonly type: CommandType;
  readonly state: CommandState;
  readonly reason: EndReason | null;
  readonly error: string | null;
  readonly deviceId: string;
  readonly computerName: string;
  readonly agentId: string | null;
  readonly policyNumber?: string | undefined;
  readonly reference?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly deliveries: number;
  readonly picture: PictureFacts | null;
  readonly executionMs: number | null;
  readonly clearing: ClearingReason | null;
  readonly clearedBy: string | null;
  readonly createdAt: number;
  readonly deliveredAt?: number;
  readonly receivedAt?: number;
  readonly uploadingAt?: number;
  readonly displayedAt?: number;
  readonly coveredAt?: number;
  readonly endedAt?: number;
}

export interface DeviceFacts {
  readonly device: DeviceRecord;
  readonly presence: Presence;
  readonly online: boolean;
}

export type Enqueue = Omit<EnqueueInput, 'presence'>;
export type { PaymentName };

export interface Store {
  /** What holds for displays that have no settings of their own. */
  readonly siteSettings: PictureSettings;
  register(input: RegisterInput): Promise<{ readonly isNewToken: boolean }>;
  /** The newest record of a device; cheap, because each poll asks. */
  device(deviceId: string): MaybePromise<DeviceRecord | undefined>;
  devices(): Promise<readonly DeviceFacts[]>;
  agentDevice(agentId: string): Promise<DeviceRecord | undefined>;
  recordPoll(deviceId: string, recordPoll: PollFacts): void;
  /**
   * A poll is held for `forMs`: the display counts as online meanwhile. `isGone`: its connection closed before the
   * answer.
   */
  hold(deviceId: string, forMs: number): void;
  release(deviceId: string, isGone: boolean): void;
  presence(deviceId: string): MaybePromise<Presence>;
  isOnline(deviceId: string): MaybePromise<boolean>;
  /** The status of all displays at one moment. */
  presenceSnapshot(): MaybePromise<(deviceId: string) => PresenceStatus>;

  enqueue(input: Enqueue): Promise<Enqueued>;
  /**
   * Hands out what waits for the device; `undefined` when nothing does. Rejects with `unauthorized` when the device's
   * token is not the taker's any more.
   */
  claim(deviceId: string, taker?: Taker): MaybePromise<Delivery | undefined>;
  report(report: Report): Promise<ReportStatus>;
  command(commandId: string): Promise<CommandFacts>;
  /** `undefined` when none is known by this id, or not any more. */
  findCommand(commandId: string): Promise<CommandFacts | undefined>;
  startRotation(target: Target, reason: ClearingReason): Promise<ClearAnswer>;
  clear(commandId: string, reason: ClearingReason): Promise<ClearAnswer>;
  cancel(commandId: string, by: 'app' | 'admin'): Promise<ClearAnswer>;
  paid(name: PaymentName): Promise<ClearAnswer & { readonly paidCommandId: string }>;
  /** The command that a policy number or reference means. */
  findPayment(name: PaymentName): Promise<string>;
  retry(commandId: string): Promise<ClearAnswer>;

  link(input: LinkInput): Promise<DeviceRecord>;
  unlinkAgent(agentId: string, by: string): Promise<{ readonly deviceId: string }>;
  unlinkDevice(deviceId: string, by: string): Promise<{ readonly deviceId: string }>;
  createPairing(deviceId: string): Promise<{ readonly code: string; readonly expiresAt: number }>;

  changeDevice(deviceId: string, change: DeviceChange, by: string): Promise<DeviceRecord>;
  removeDevice(deviceId: string, by: string): Promise<void>;

  requestEnrolment(input: EnrolmentInput): Promise<EnrolmentRecord>;
  enrolment(requestId: string): Promise<EnrolmentRecord | undefined>;
  enrolments(): Promise<readonly EnrolmentRecord[]>;
  decideEnrolment(requestId: string, verdict: 'approved' | 'denied', by: string): Promise<EnrolmentRecord>;

  history(query: HistoryQuery): Promise<readonly EndedCommand[]>;
  audit(query: HistoryQuery): Promise<readonly AuditEntry[]>;
  /** Ends an admin session at every relay of this store. `expiresAt`: when it would have ended by itself. */
  signOut(sessionId: string, expiresAt: number): Promise<void>;
  isSignedOut(sessionId: string): Promise<boolean>;
  /** Whether this relay leads the task among several relays; ask before each run. */
  lead(task: string, relayId: string): Promise<boolean>;
  /** Calls the listener after each durable change, here or on another relay. Returns how to stop. */
  watch(listener: (change: Change) => void): () => void;
  health(): Promise<DatabaseHealth>;
  /** A person accepts that the store was emptied. Resolves with whether it was. */
  acceptEmptied(by: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface EnrolmentInput {
  readonly requestId: string;
  readonly secretHash: string;
  readonly deviceId: string;
  readonly computerName: string;
  readonly address: string;
}
