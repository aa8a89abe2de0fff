/** Outages of displays, told to the webhooks by the one relay that leads. Ends of commands: ends.ts. */
import type { DeviceRecord } from '../core/records.ts';
import type { DisplayOutageChanged } from './event.ts';
import { OutageDetector, type OutageLimits, type OutageChange } from './outage-detector.ts';

export interface OutagePublisherOptions {
  readonly publish: (event: DisplayOutageChanged) => Promise<void>;
  /** Whether this relay is the one that tells of outages; asked when there is one to tell. */
  readonly leads: () => Promise<boolean>;
  readonly outages: OutageLimits;
  readonly onProblem: (error: unknown) => void;
}

const iso = (at: number): string => new Date(at).toISOString();

export class OutagePublisher {
  private readonly outages: OutageDetector;

  constructor(private readonly options: OutagePublisherOptions) {
    this.outages = new OutageDetector(options.outages);
  }

  observe(device: DeviceRecord, online: boolean, now: number): void {
    const turn = this.outages.observe(device.deviceId, online, now);
    if (!turn) return;
    const { leads, onProblem, publish } = this.options;
    leads().then((isLeader) => {
      if (isLeader) publish(turnOf(turn, device, now)).catch(onProblem);
    }, onProblem);
  }

  forget(deviceId: string): void {
    this.outages.forget(deviceId);
  }
}

function turnOf(
  { to, sinceMs }: OutageChange,
  { deviceId, computerName, link }: DeviceRecord,
  now: number,
): DisplayOutageChanged {
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
