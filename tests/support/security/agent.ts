/** An agent at a counter, with a token of its own and nobody else's key. */
import { SignJWT } from 'jose';
import type { AdminDayRow } from '../../../shared/wire/admin/history.ts';
import { KEYS, type Answer, type RelayApp } from '../relay-app.ts';

export interface Counter {
  readonly agentId: string;
  readonly deviceId: string;
  readonly deviceToken: string;
  /** The agent's own token. */
  readonly token: string;
}

export function agentToken(relay: RelayApp, agentId: string): Promise<string> {
  const secret = new TextEncoder().encode(relay.deps.config.agentJwtSecret);
  return new SignJWT({ sub: agentId }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('10m').sign(secret);
}

let counters = 0;

/** A display with its agent; no other test has their names. */
export async function openCounter(relay: RelayApp): Promise<Counter> {
  const agentId = `agent-${++counters}`;
  const deviceId = `device_${agentId}`;
  const deviceToken = await relay.counter(agentId, deviceId);
  return { agentId, deviceId, deviceToken, token: await agentToken(relay, agentId) };
}

/** The agent posts by its own token. */
export const postAs = (relay: RelayApp, { agentId, token }: Counter, more: object = {}): Promise<Answer> =>
  relay.post('/qr', { agent_id: agentId, qr_text: `pay ${agentId}`, ...more }, token);

/** Posts, and puts it on the display. Answers the command's id. */
export async function showAs(relay: RelayApp, counter: Counter, more: object = {}): Promise<string> {
  const { status, body } = await postAs(relay, counter, more);
  if (status !== 200) throw new Error(`qr: ${status} ${JSON.stringify(body)}`);
  const commandId = body.command_id as string;
  await relay.poll(counter.deviceId, counter.deviceToken);
  await relay.report(counter.deviceId, counter.deviceToken, commandId, 'success');
  return commandId;
}

/** The display takes what waits for it, and carries it out. Answers the types. */
export async function carryOut(relay: RelayApp, { deviceId, deviceToken }: Counter): Promise<unknown[]> {
  const commands = await relay.poll(deviceId, deviceToken);
  for (const { command_id } of commands) await relay.report(deviceId, deviceToken, command_id, 'success');
  return commands.map(({ type }) => type);
}

/** The command as its web app sees it. */
export const viewOf = async (relay: RelayApp, commandId: string): Promise<Record<string, unknown>> =>
  (await relay.get(`/command/${commandId}`, KEYS.app)).body as Record<string, unknown>;

/** How many of this agent's QR codes were paid, by the days of the history. */
export async function paidTodayAt(relay: RelayApp, { agentId }: Counter): Promise<number> {
  const { body } = await relay.admin('GET', '/history/days');
  return (body.rows as AdminDayRow[])
    .filter((row) => row.agent_id === agentId)
    .reduce((sum, { paid }) => sum + paid, 0);
}
