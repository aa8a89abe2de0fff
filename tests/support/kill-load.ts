/**
 * Agents post and displays take, through one address, while relays are killed. Afterwards everything is counted: each acknowledged post was
 * shown by its own display, once, or the relay says why not.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../rig/relay.ts';
import { until } from '../rig/wait.ts';

export interface KillLoad {
  readonly url: string;
  readonly agents: number;
  readonly kills: number;
  /** Kills a relay and starts it again. */
  readonly kill: (nth: number) => Promise<void>;
}

export interface Toll {
  readonly posted: number;
  readonly shown: number;
  /** Acknowledged and neither shown nor given up as unreported; each with what the relay says of it, and how often it was handed out. */
  readonly lost: readonly string[];
  readonly misrouted: readonly string[];
  /** Handed out again after its success was acknowledged. */
  readonly returned: readonly string[];
  /** The same post twice on the glass under two commands. */
  readonly doubled: readonly string[];
  /** Given up by the relay after three hand-outs that were never reported, and said so. */
  readonly unreported: number;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An answer of the relay, however often it takes; what is no answer of it (connection lost, 502 of the proxy) is asked again. */
async function ask(url: string, method: 'GET' | 'POST', path: string, key: string, body?: unknown): Promise<Answer> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      const response = await fetch(`${url}/api/device${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      if (response.status < 500) return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch {
      // Killed meanwhile.
    }
    if (performance.now() > deadline) throw new Error(`${method} ${path}: no answer for a minute`);
    await sleep(25);
  }
}

async function must(url: string, path: string, key: string, body: unknown): Promise<Answer['body']> {
  const answer = await ask(url, 'POST', path, key, body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function underKills({ url, agents, kills, kill }: KillLoad): Promise<Toll> {
  const tokens: string[] = [];
  for (let n = 0; n < agents; n++) {
    const device_id = `device_${n}`;
    const { device_token } = await must(url, '/register', KEYS.enrol, { device_id, computer_name: `PC ${n}` });
    tokens.push(String(device_token));
    await must(url, '/link', KEYS.app, { agent_id: `agent_${n}`, device_id });
  }

  /** Command id by post. */
  const acknowledged = new Map<string, string>();
  /** Command ids under which a post was on the glass. */
  const shown = new Map<string, Set<string>>();
  const succeeded = new Set<string>();
  const [misrouted, returned]: [string[], string[]] = [[], []];
  const state = { posting: true, polling: true };

  /** So many more are acknowledged. */
  const posts = async (more: number): Promise<void> => {
    const goal = acknowledged.size + more;
    await until(`${more} posts are acknowledged`, () => acknowledged.size >= goal, { timeoutMs: 60_000, everyMs: 5 });
  };
  const post = async (n: number): Promise<void> => {
    while (state.posting) {
      const id = `${n} ${randomUUID()}`;
      const picture = randomInt(4) === 0;
      const answer = await must(url, '/qr', KEYS.app, {
        agent_id: `agent_${n}`,
        qr_text: id,
        idempotency_key: id,
        ...(picture ? { policy_number: id.slice(0, 20) } : {}),
      });
      acknowledged.set(id, String(answer['command_id']));
      await sleep(randomInt(5, 60));
    }
  };
  const show = async (n: number): Promise<void> => {
    while (state.polling) {
      const { status, body } = await ask(url, 'GET', `/poll?device_id=device_${n}&wait=0.3`, tokens[n]);
      if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
      for (const { command_id, qr_text } of body['commands'] as { command_id: string; qr_text: string }[]) {
        if (Number(qr_text.split(' ')[0]) !== n) misrouted.push(qr_text);
        if (succeeded.has(command_id)) returned.push(command_id);
        shown.set(qr_text, (shown.get(qr_text) ?? new Set()).add(command_id));
        await must(url, '/status', tokens[n], { device_id: `device_${n}`, command_id, status: 'success' });
        succeeded.add(command_id);
      }
    }
  };
  const lanes = Array.from({ length: agents }, (_, n) => n);
  const showing = Promise.all(lanes.map(show));
  const posting = Promise.all(lanes.map(post));
  const killing = (async () => {
    for (let nth = 0; nth < kills; nth++) {
      await posts(randomInt(2, 12));
      // Somewhere in the middle of what comes next.
      await sleep(randomInt(0, 60));
      await kill(nth);
    }
    await posts(4);
    state.posting = false;
  })();
  await Promise.all([posting, killing]);

  const told = new Map<string, string>();
  const deadline = performance.now() + 60_000;
  for (;;) {
    const open = [...acknowledged].filter(([id, commandId]) => !shown.has(id) && !told.has(commandId));
    for (const [, commandId] of open) {
      const { body } = await ask(url, 'GET', `/command/${commandId}`, KEYS.app);
      if (body['reason'] === 'unreported') told.set(commandId, 'unreported');
    }
    if (open.length === 0 || performance.now() > deadline) break;
    await sleep(300);
  }
  const lost: string[] = [];
  for (const [id, commandId] of acknowledged) {
    if (shown.has(id) || told.has(commandId)) continue;
    const { status, body } = await ask(url, 'GET', `/command/${commandId}`, KEYS.app);
    lost.push([id, status, body['state'], body['reason'], body['deliveries']].map(String).join(' '));
  }
  state.polling = false;
  await showing;
  return {
    posted: acknowledged.size,
    shown: shown.size,
    lost,
    misrouted,
    returned,
    doubled: [...shown].flatMap(([id, commandIds]) => (commandIds.size > 1 ? [id] : [])),
    unreported: told.size,
  };
}
