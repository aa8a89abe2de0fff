/** What happens in the relay, told to the webhooks: ends of commands by the relay that wrote them, outages by the one relay that leads. */
import type { DeviceRecord, EndedCommand } from '../core/records.ts';
import type { WebhookEvent } from './event.ts';
import { OutageWatch, type OutageLimits, type Turn } from './outages.ts';

export interface PublisherOptions {
  readonly publish: (event: WebhookEvent) => Promise<void>;
  /** Whether this relay is the one that tells of outages; asked when there is one to tell. */
  readonly leads: () => Promise<boolean>;
  readonly outages: OutageLimits;
  readonly onProblem: (error: unknown) => void;
}

const iso = (at: number): string => new Date(at).toISOString();

export class Publisher {
  private readonly outages: OutageWatch;

  constructor(private readonly options: PublisherOptions) {
    this.outages = new OutageWatch(options.outages);
  }

  ended(commands: readonly EndedCommand[]): void {
    for (const command of commands) this.publish(endOf(command));
  }

  observe(device: DeviceRecord, online: boolean, now: number): void {
    const turn = this.outages.observe(device.deviceId, online, now);
    if (!turn) return;
    const { leads, onProblem } = this.options;
    leads().then((isLeader) => {
      if (isLeader) this.publish(turnOf(turn, device, now));
    }, onProblem);
  }

  forget(deviceId: string): void {
    this.outages.forget(deviceId);
  }

  private publish(event: WebhookEvent): void {
    this.options.publish(event).catch(this.options.onProblem);
  }
}

function endOf(command: EndedCommand): WebhookEvent {
  return {
    type: 'command.ended',
    timestamp: iso(command.endedAt),
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

function turnOf({ to, sinceMs }: Turn, { deviceId, computerName, link }: DeviceRecord, now: number): WebhookEvent {
  return {
    type: to === 'down' ? 'display.down' : 'display.up',
    timestamp: iso(now),
    data: {
      device_id: deviceId,
      computer_name: computerName,
      agent_id: link?.agentId ?? null,
      since: iso(sinceMs),
    },
  };
}
