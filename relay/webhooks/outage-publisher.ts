/** The leading relay publishes outages of displays to the webhooks. Ends of commands: command-ended-publisher.ts. */
import { iso } from '../core/iso-time.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { DisplayOutageChanged } from './event.ts';
import { OutageDetector, type Moment, type OutageLimits, type OutageChange } from './outage-detector.ts';

export interface OutagePublisherOptions {
  readonly publish: (event: DisplayOutageChanged) => Promise<void>;
  /** Whether this relay publishes outages; asked when there is one. */
  readonly leads: () => Promise<boolean>;
  readonly outages: OutageLimits;
  readonly onProblem: (error: unknown) => void;
}

export class OutagePublisher {
  readonly #options: OutagePublisherOptions;
  readonly #outages: OutageDetector;

  constructor(options: OutagePublisherOptions) {
    this.#options = options;

    this.#outages = new OutageDetector(options.outages);
  }

  observe(device: DeviceRecord, online: boolean, at: Moment): void {
    const turn = this.#outages.observe(device.deviceId, online, at);
    if (!turn) return;
    const { leads, onProblem, publish } = this.#options;
    leads().then((isLeader) => {
      if (isLeader) publish(turnOf(turn, device, at.wallMs)).catch(onProblem);
    }, onProblem);
  }

  forget(deviceId: string): void {
    this.#outages.forget(deviceId);
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
