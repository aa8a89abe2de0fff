/** Devices and agents as plain HTTP clients, for what has nothing to do with a display. */
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { Client, KEYS } from './processes.ts';

export interface Device {
  readonly id: string;
  readonly agent: string;
  readonly token: string;
  readonly client: Client;
}

/** Registers `count` devices and links agent `agent-N` to device N. Sequential ids, so that a stray command is seen. */
export async function makeFleet(url: string, count: number, prefix = 'PC'): Promise<Device[]> {
  const connections = new Agent({ keepAlive: true, maxSockets: Math.max(16, Math.min(count, 256)) });
  // A store may be asked for several fleets, one after the other.
  const mark = randomBytes(3).toString('hex');
  const enrol = new Client(url, KEYS.enrol);
  const app = new Client(url, KEYS.app);
  const devices = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = `device_${prefix}-${index}_${mark}`;
      const answer = await enrol.post('/api/device/register', {
        device_id: id,
        computer_name: `${prefix}-${index}-${mark}`,
        kind: 'kiosk',
      });
      if (answer.status !== 200) throw new Error(`register: ${answer.status} ${JSON.stringify(answer.body)}`);
      const agent = `${prefix}-agent-${index}`;
      const linked = await app.post('/api/device/link', { agent_id: agent, device_id: id });
      if (linked.status !== 200) throw new Error(`link: ${linked.status} ${JSON.stringify(linked.body)}`);
      const token = String(answer.body['device_token']);
      return { id, agent, token, client: new Client(url, token, connections) };
    }),
  );
  enrol.close();
  app.close();
  return devices;
}

interface Delivered {
  readonly command_id: string;
  readonly type: string;
  readonly qr_text?: string;
}

/** Polls once and reports every command as shown. */
export async function takeAll(device: Device, wait = 0): Promise<Delivered[]> {
  const { status, body } = await device.client.get(
    `/api/device/poll?device_id=${encodeURIComponent(device.id)}${wait ? `&wait=${wait}` : ''}`,
  );
  if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
  const commands = body['commands'] as Delivered[];
  for (const { command_id } of commands) {
    const report = await device.client.post('/api/device/status', {
      device_id: device.id,
      command_id,
      status: 'success',
      execution_time: 1,
    });
    if (report.status !== 200) throw new Error(`status: ${report.status} ${JSON.stringify(report.body)}`);
  }
  return commands;
}
