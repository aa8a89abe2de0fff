/**
 * Counter QR for a web app's page:
 *
 *     import { deviceService } from 'https://pay.example/sdk/device-service.js';
 *     deviceService.configure({ getToken });
 *     await deviceService.linkDevice(agent.id, agent.name);
 *     const sent = await deviceService.displayQR(dataUri, customer);
 *     if (sent.success) for await (const { state, reason } of deviceService.watch(sent)) …
 */
import { contentOf, customerFields } from './content.ts';
import { send, type Answer } from './http.ts';
import { findDisplayOfThisPc } from './display-discovery.ts';
import { watchCommand } from './watch.ts';
import type { Configuration, DeviceService, Done, Failure, Health, LinkOptions } from './types.ts';

export type * from './types.ts';

/** The display that was paired from this browser, so that the code is typed once and not every morning. */
const PAIRED_KEY = 'counterqr.paired_device';
const REPEATS = 2;

const noAgent: Failure = {
  success: false,
  code: 'no_agent',
  error: 'Call linkDevice(agentId) or configure({ agentId }) first.',
};
const needsPairing: Failure = {
  success: false,
  code: 'needs_pairing',
  error:
    'No display is known for this PC. Open its kiosk page; if that is not enough, press “Show pairing code” there and type the code here.',
  needsDeviceSetup: true,
};

const idOf = (command: string | { command_id: string }) => (typeof command === 'string' ? command : command.command_id);
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const done = (answer: Answer): Done | Failure => (answer.success ? { success: true } : answer);

/** Storage may be forbidden; then the code is asked again. */
const paired = {
  read() {
    try {
      return localStorage.getItem(PAIRED_KEY) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(deviceId: string | undefined) {
    try {
      if (deviceId === undefined) localStorage.removeItem(PAIRED_KEY);
      else localStorage.setItem(PAIRED_KEY, deviceId);
    } catch {
      // See above.
    }
  },
};

/** Also on pages without TLS, where randomUUID is missing. */
const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function nameDisplay({ pairingCode, deviceId, computerName }: LinkOptions) {
  if (pairingCode) return { pairing_code: pairingCode };
  if (deviceId) return { device_id: deviceId };
  if (computerName) return { computer_name: computerName };
  const found = (await findDisplayOfThisPc()) ?? paired.read();
  return found === undefined ? undefined : { device_id: found };
}

/** A service of its own, for tests and for pages that speak for more than one agent. */
export function createDeviceService(initial: Configuration = {}): DeviceService {
  let configuration: Configuration = initial;
  const agent = () => configuration.agentId ?? '';
  const post = (path: string, body: Record<string, unknown>, repeats = 0, keepalive = false) =>
    send(configuration, { method: 'POST', path, body, repeats, keepalive });
  const clear = async (command: string | { command_id: string } | undefined, reason: string) => {
    if (command === undefined && agent() === '') return noAgent;
    const whose = command === undefined ? { agent_id: agent() } : { command_id: idOf(command) };
    return done(await post('/rotation/start', { ...whose, reason }, REPEATS, true));
  };

  const checkHealth = async (): Promise<Health> => {
    const known = agent() !== '';
    const path = known ? `/link?agent_id=${encodeURIComponent(agent())}` : '/health';
    const answer = await send(configuration, { method: 'GET', path });
    if (!answer.success) {
      const online = answer.code === 'unknown_agent';
      return { status: online ? 'online' : 'offline', device: 'disconnected', error: answer.error };
    }
    if (!known) return { status: 'online', device: 'unknown' };
    const deviceId = textOf(answer.body.device_id);
    const display = textOf(answer.body.display);
    // A kiosk that is heard may have no display on its cable.
    const takesQr = answer.body.device_online === true && display !== 'unplugged' && display !== 'error';
    return {
      status: 'online',
      device: takesQr ? 'connected' : 'disconnected',
      ...(deviceId && { device_id: deviceId }),
      ...(display && { display }),
    };
  };

  return {
    configure(more) {
      configuration = { ...configuration, ...more };
    },
    checkHealth,
    async isAvailable() {
      return (await checkHealth()).device === 'connected';
    },
    async linkDevice(agentId, agentName, options = {}) {
      configuration = {
        ...configuration,
        ...(agentId !== undefined && { agentId }),
        ...(agentName !== undefined && { agentName }),
      };
      if (agent() === '') return noAgent;
      const display = await nameDisplay(options);
      if (!display) return needsPairing;
      const answer = await post('/link', {
        agent_id: agent(),
        ...(configuration.agentName && { agent_name: configuration.agentName }),
        ...display,
        ...(options.takeover && { takeover: true }),
      });
      if (!answer.success) {
        // A display that was paired long ago may have been removed since.
        if (answer.code === 'unknown_device') paired.write(undefined);
        return answer;
      }
      const deviceId = textOf(answer.body.device_id);
      if ('pairing_code' in display) paired.write(deviceId);
      return { success: true, device_id: deviceId };
    },
    async displayQR(content, customer = {}) {
      if (agent() === '') return noAgent;
      const picture = await contentOf(content);
      if ('success' in picture) return picture;
      const body = { agent_id: agent(), ...picture, ...customerFields(customer), idempotency_key: randomKey() };
      const answer = await post('/qr', body, REPEATS);
      if (!answer.success) return answer;
      return {
        success: true,
        message: 'QR queued for device',
        command_id: textOf(answer.body.command_id),
        device_id: textOf(answer.body.device_id),
        device_online: answer.body.device_online === true,
      };
    },
    paymentComplete: (command) => clear(command, 'paid'),
    cancel: (command, reason = 'cancelled') => clear(command, reason),
    async unlinkDevice() {
      if (agent() === '') return noAgent;
      return done(await post('/unlink', { agent_id: agent() }, REPEATS, true));
    },
    watch: (command, onUpdate, options) => watchCommand(configuration, idOf(command), onUpdate, options),
  };
}

export const deviceService: DeviceService = createDeviceService();

/** For pages that import it by default, as the original module was. */
export default deviceService;
