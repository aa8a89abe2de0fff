/**
 * Counter QR for a web app's page:
 *
 *     import { deviceService } from 'https://pay.example/sdk/device-service.js';
 *     deviceService.configure({ getToken });
 *     await deviceService.linkDevice(agent.id, agent.name);
 *     const sent = await deviceService.displayQR(dataUri, customer);
 *     if (sent.success) for await (const { state, reason } of deviceService.watch(sent)) …
 */
import { badArgument, isGiven, isObject, isTextOrNumber, messageOf, unknownField, wrongKind } from './arguments.ts';
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

const OPTION_KINDS = {
  pairingCode: 'text',
  deviceId: 'text or number',
  computerName: 'text',
  takeover: 'true or false',
} as const;

/** The given options, or what is wrong with them. */
function readOptions(given: unknown): LinkOptions | Failure {
  if (!isGiven(given)) return {};
  if (!isObject(given)) return badArgument('linkDevice: the options must be an object.');
  const problem =
    unknownField('linkDevice', given, Object.keys(OPTION_KINDS), 'any') ?? wrongKind('linkDevice', given, OPTION_KINDS);
  return problem ?? { ...given };
}

async function nameDisplay({ pairingCode, deviceId, computerName }: LinkOptions) {
  if (pairingCode) return { pairing_code: pairingCode };
  if (deviceId) return { device_id: deviceId };
  if (computerName) return { computer_name: computerName };
  const found = (await findDisplayOfThisPc()) ?? paired.read();
  return found === undefined ? undefined : { device_id: found };
}

/** Half a letter, as a text that was cut may end with, cannot. */
function canBeInAnAddress(id: string): boolean {
  try {
    return encodeURIComponent(id) !== '';
  } catch {
    return false;
  }
}

/** The id of a command that is named by itself or by what `displayQR` resolved to. */
function commandIdOf(method: string, command: unknown): string | Failure {
  const id = isObject(command) ? command['command_id'] : command;
  if (isTextOrNumber(id) && canBeInAnAddress(String(id))) return String(id);
  return badArgument(`${method} takes a command’s id, or what displayQR resolved to when it succeeded.`);
}

const unusable = (error: unknown) => badArgument(`What the page passed cannot be used: ${messageOf(error)}`);

/** A page's mistake, even one inside a getter of its own object, is an answer like any other. */
const answered =
  <A extends unknown[], R>(work: (...args: A) => Promise<R>, otherwise: (failure: Failure) => R) =>
  async (...args: A): Promise<R> => {
    try {
      return await work(...args);
    } catch (error) {
      return otherwise(unusable(error));
    }
  };
const orFailure = <A extends unknown[], R>(work: (...args: A) => Promise<R | Failure>) =>
  answered<A, R | Failure>(work, (failure) => failure);

/** A service of its own, for tests and for pages that speak for more than one agent. */
export function createDeviceService(initial: Configuration = {}): DeviceService {
  let configuration: Configuration = isObject(initial) ? initial : {};
  const agent = () => configuration.agentId ?? '';
  const post = (path: string, body: Record<string, unknown>, repeats = 0, keepalive = false) =>
    send(configuration, { method: 'POST', path, body, repeats, keepalive });
  const clear = async (method: string, command: unknown, reason: unknown) => {
    const id = isGiven(command) ? commandIdOf(method, command) : undefined;
    if (typeof id === 'object') return id;
    if (id === undefined && agent() === '') return noAgent;
    if (typeof reason !== 'string') return badArgument(`${method}: the reason must be a text.`);
    const whose = id === undefined ? { agent_id: agent() } : { command_id: id };
    return done(await post('/rotation/start', { ...whose, reason }, REPEATS, true));
  };

  const health = async (): Promise<Health> => {
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

  const checkHealth = answered<[], Health>(health, ({ error }) => ({
    status: 'offline',
    device: 'disconnected',
    error,
  }));

  return {
    configure(more) {
      try {
        configuration = { ...configuration, ...(isObject(more) && more) };
      } catch (error) {
        // Nobody waits for an answer of this one.
        console.error(error);
      }
    },
    checkHealth,
    async isAvailable() {
      return (await checkHealth()).device === 'connected';
    },
    linkDevice: orFailure(async (agentId, agentName, asked) => {
      const problem = wrongKind('linkDevice', { agentId, agentName }, { agentId: 'text or number', agentName: 'text' });
      if (problem) return problem;
      const options = readOptions(asked);
      if ('success' in options) return options;
      configuration = {
        ...configuration,
        ...(isGiven(agentId) && { agentId }),
        ...(isGiven(agentName) && { agentName }),
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
    }),
    displayQR: orFailure(async (content, customer) => {
      if (agent() === '') return noAgent;
      const picture = await contentOf(content);
      if ('success' in picture) return picture;
      if (isGiven(customer) && !isObject(customer)) return badArgument('displayQR: the customer must be an object.');
      const fields = customerFields(customer ?? {});
      if ('success' in fields) return fields as Failure;
      const body = { agent_id: agent(), ...picture, ...fields, idempotency_key: randomKey() };
      const answer = await post('/qr', body, REPEATS);
      if (!answer.success) return answer;
      const display = textOf(answer.body.display);
      return {
        success: true,
        message: 'QR queued for device',
        command_id: textOf(answer.body.command_id),
        device_id: textOf(answer.body.device_id),
        device_online: answer.body.device_online === true,
        ...(display && { display }),
      };
    }),
    paymentComplete: orFailure((command) => clear('paymentComplete', command, 'paid')),
    cancel: orFailure((command, reason) => clear('cancel', command, reason ?? 'cancelled')),
    unlinkDevice: orFailure(async () => {
      if (agent() === '') return noAgent;
      return done(await post('/unlink', { agent_id: agent() }, REPEATS, true));
    }),
    watch(command, onUpdate, options) {
      const tell = typeof onUpdate === 'function' ? onUpdate : () => undefined;
      try {
        const signal = options?.signal instanceof AbortSignal ? options.signal : undefined;
        return watchCommand(configuration, commandIdOf('watch', command), tell, signal);
      } catch (error) {
        return watchCommand(configuration, unusable(error), tell, undefined);
      }
    },
  };
}

export const deviceService: DeviceService = createDeviceService();

/** For pages that import it by default, as the original module was. */
export default deviceService;
