/**
 * What the database keeps, one record per key. Times are wall-clock milliseconds. Records are never changed in place:
 * a decision builds a new one, so that a refused write can be forgotten by forgetting the new object.
 */
import type {
  ClearReason,
  CommandState,
  CommandType,
  EndNote,
  EndState,
  FailReason,
  LiveState,
  ClearingReason,
} from '../../shared/wire/commands.ts';
import type { DisplayState } from '../../shared/wire/display.ts';
import type { PictureFacts, PictureSettings } from '../../shared/wire/picture.ts';

export type EndReason = ClearReason | FailReason | EndNote;

export interface Link {
  readonly agentId: string;
  readonly agentName: string | null;
  readonly linkedAt: number;
  /** Released at this time unless linked again (LINK_HOURS). */
  readonly expiresAt: number;
}

/** The moving part of an open command; it lives in its device's record, in queue order. */
export interface OpenCommand {
  readonly commandId: string;
  readonly type: CommandType;
  readonly agentId: string | null;
  readonly state: LiveState;
  readonly createdAt: number;
  /** An undelivered command ends here. */
  readonly expiresAt: number;
  readonly displayMs: number;
  readonly deliveries: number;
  /** While `delivered`: nobody else gets it until then. */
  readonly leaseUntil: number;
  /** When it was handed out last, as long as the display has reported nothing of it since. */
  readonly unreportedSince?: number;
  readonly deliveredAt?: number;
  readonly receivedAt?: number;
  readonly uploadingAt?: number;
  readonly displayedAt?: number;
  /** While `displayed`: something else covers it since then, such as a test card. */
  readonly coveredAt?: number;
  /** While `displayed` by an older client: its time was over then, and the relay asked to have it taken off. */
  readonly overAt?: number;
  /** Somebody asked to take it off the screen; `by` is the command that does so. */
  readonly clearing?: { readonly reason: ClearingReason; readonly by: string };
  readonly picture?: PictureFacts;
  readonly executionMs?: number;
}

/** Figures of one device for the admin page; `day` is a day in TZ. */
export interface Counts {
  readonly day: string;
  readonly qrToday: number;
  readonly errorsToday: number;
  readonly shownToday: number;
  /** Sum over `shownToday` of the milliseconds from post to screen. */
  readonly shownMsToday: number;
  readonly qrTotal: number;
}

export interface DeviceRecord {
  readonly deviceId: string;
  readonly computerName: string;
  readonly comPort: string | null;
  readonly version: string | null;
  /** What the kiosk or tray runs on; records of before, and older clients, have none. */
  readonly system?: string;
  readonly kind: 'kiosk' | 'tray' | 'other';
  /** SHA-256 of the device's token in hex; null when revoked. */
  readonly tokenHash: string | null;
  /** Until then a registration with an enrol key alone is taken (an admin allowed it). */
  readonly reenrolUntil: number;
  readonly registeredAt: number;
  /** Last time that something was written for this device; polls are kept elsewhere. */
  readonly seenAt: number;
  readonly link: Link | null;
  readonly pairingCode: string | null;
  readonly open: readonly OpenCommand[];
  readonly settings: Partial<PictureSettings>;
  readonly counts: Counts;
  /** The last QR that failed; records of before have none. */
  readonly lastError?: { readonly at: number; readonly reason: EndReason; readonly error: string | null };
}

/** Which display an agent has. The link itself, with its time, is the device's. */
interface AgentRecord {
  readonly deviceId: string;
}

/** What the web app says of a payment; it stays in the history. */
interface PaymentFacts {
  readonly policyNumber?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly reference?: string;
}

/** What a command asks for; its picture lies beside it. */
export interface CommandContent extends PaymentFacts {
  readonly type: CommandType;
  readonly agentId: string | null;
  readonly hasPicture: boolean;
  readonly qrText?: string;
  readonly customerName?: string;
  readonly text?: string;
  /** For `start_rotation` and `show_paid`. */
  readonly clears?: string;
  readonly reason?: ClearingReason;
}

/** The part of an open command that never changes. It goes with the command. */
export interface CommandRecord extends CommandContent {
  readonly commandId: string;
  readonly deviceId: string;
  readonly createdAt: number;
}

/** Remembered for 24 h, so that a repeated post gets the same answer. */
interface IdempotencyRecord {
  readonly bodyHash: string;
  readonly commandId: string;
  readonly deviceId: string;
  readonly deviceOnline: boolean;
  /** Absent in records of 0.1. */
  readonly display?: DisplayState | null;
  readonly expiresAt: number;
}

/** Commands that carried this policy number or reference, newest last; each that is open is among them. */
export interface ReferenceRecord {
  readonly commandIds: readonly string[];
  /** The one that was paid, and when. `otherNameOf`: under another name that it carried; then whose it was. */
  readonly paid?: { readonly commandId: string; readonly at: number; readonly otherNameOf?: string };
  readonly expiresAt: number;
}

interface PairingRecord {
  readonly deviceId: string;
  readonly expiresAt: number;
}

interface NameRecord {
  readonly deviceIds: readonly string[];
}

/** The enrolment of a kiosk without an enrol key, which an admin approves or denies. */
export interface EnrolmentRecord {
  readonly requestId: string;
  readonly code: string;
  readonly secretHash: string;
  readonly computerName: string;
  readonly deviceId: string;
  readonly askedAt: number;
  /** The address that asked; requests of 0.1 have none. */
  readonly address?: string;
  readonly verdict: 'waiting' | 'approved' | 'denied';
  readonly expiresAt: number;
}

/** All enrolment requests that an admin may look at. */
interface EnrolmentListRecord {
  readonly requestIds: readonly string[];
}

/** An admin session that was signed out before its time. */
interface SignedOutRecord {
  readonly expiresAt: number;
}

/** Which of several relays does what is to be done once. */
interface LeadRecord {
  readonly holder: string;
  readonly expiresAt: number;
}

export interface Records {
  device: DeviceRecord;
  agent: AgentRecord;
  command: CommandRecord;
  idem: IdempotencyRecord;
  ref: ReferenceRecord;
  pair: PairingRecord;
  name: NameRecord;
  enrol: EnrolmentRecord;
  enrolments: EnrolmentListRecord;
  signedout: SignedOutRecord;
  lead: LeadRecord;
}
export type Kind = keyof Records;
export const keyOf = (kind: Kind, id: string): string => `${kind}:${id}`;

/** What stays of a command when it is over: no picture, no payload, no customer name. */
export interface EndedCommand extends PaymentFacts {
  readonly commandId: string;
  readonly type: CommandType;
  readonly deviceId: string;
  readonly computerName: string;
  readonly agentId: string | null;
  readonly state: EndState;
  readonly reason: EndReason;
  readonly error: string | null;
  readonly createdAt: number;
  readonly deliveredAt?: number;
  readonly receivedAt?: number;
  readonly uploadingAt?: number;
  readonly displayedAt?: number;
  readonly endedAt: number;
  readonly deliveries: number;
  readonly executionMs?: number;
  readonly picture?: PictureFacts;
  /** The command that took it off the screen. */
  readonly clearedBy?: string;
  /**
   * Its payment was told after its end, and this stands in place of what was archived then; `endedAt` is as it was.
   */
  readonly correctedAt?: number;
}

/** Who did what to links and devices. */
export interface AuditEntry {
  readonly at: number;
  readonly action:
    | 'linked'
    | 'link_renewed'
    | 'taken_over'
    | 'moved'
    | 'unlinked'
    | 'link_released'
    | 'registered'
    | 're_enrolled'
    | 'renamed'
    | 'revoked'
    | 'reenrol_allowed'
    | 'removed'
    | 'settings_changed'
    | 'enrolment_approved'
    | 'enrolment_denied'
    /** A person accepted that the store was emptied. */
    | 'store_accepted';
  /** Empty for what concerns no single device. */
  readonly deviceId: string;
  readonly agentId: string | null;
  /** The role that asked, e.g. `app`, `admin`, `admin Asha`, `agent`, `device`, `relay` for what time did. */
  readonly by: string;
  readonly note: string | null;
}

export interface CommandStatus {
  readonly state: CommandState;
  readonly reason: EndReason | null;
}

/** What a report is answered with. */
export interface ReportStatus extends CommandStatus {
  /**
   * Somebody asked meanwhile to take the code away, and the device has not done so yet: it need not go on sending it.
   */
  readonly clearing: ClearingReason | null;
}
