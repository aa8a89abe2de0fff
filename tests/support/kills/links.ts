/**
 * Two agents who take two displays from each other, move between them and log out, while relays are killed. After each
 * acknowledged change both are asked where they are, and who has a display posts to it: neither a link nor a post
 * may go anywhere but where it was said to be.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../process/relay.ts';
import { ask, must } from './ask.ts';
import type { Displays } from './displays.ts';

const DISPLAYS = ['move_0', 'move_1'];
const AGENTS = ['mover', 'rival'];

export class Movers {
  readonly #url: string;
  readonly #displays: Displays;
  /** What was acknowledged: display by agent. */
  readonly #links = new Map<string, string>();
  /** Acknowledged links by `agent display`, for the audit. */
  readonly #made = new Map<string, number>();
  readonly wrong: string[] = [];
  changes = 0;

  constructor(url: string, displays: Displays) {
    this.#url = url;
    this.#displays = displays;
  }

  async register(): Promise<void> {
    for (const display of DISPLAYS) await this.#displays.register(display);
  }

  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const [agent, display] = [AGENTS[randomInt(2)], DISPLAYS[randomInt(2)]];
      if (randomInt(5) === 0) await this.#logOut(agent);
      else await this.#link(agent, display);
      this.changes++;
      this.wrong.push(...(await this.#look()));
      await this.#post(agent);
      await sleep(randomInt(5, 60));
    }
  }

  async #link(agent: string, display: string): Promise<void> {
    const body = await must(this.#url, '/link', KEYS.app, { agent_id: agent, device_id: display, takeover: true });
    if (body['device_id'] !== display) this.wrong.push(`${agent} asked for ${display} and got ${JSON.stringify(body)}`);
    for (const [other, theirs] of this.#links) if (theirs === display) this.#links.delete(other);
    this.#links.set(agent, display);
    const made = `${agent} ${display}`;
    this.#made.set(made, (this.#made.get(made) ?? 0) + 1);
  }

  async #logOut(agent: string): Promise<void> {
    const { status } = await ask(this.#url, 'POST', '/unlink', KEYS.app, { agent_id: agent });
    // 404: has none, or the answer to the first attempt was lost with its relay.
    if (status !== 200 && status !== 404) throw new Error(`unlink: ${status}`);
    this.#links.delete(agent);
  }

  async #post(agent: string): Promise<void> {
    const display = this.#links.get(agent);
    const id = `${display ?? 'nowhere'} ${randomUUID()}`;
    const body = { agent_id: agent, qr_text: id, idempotency_key: id };
    const answer = await ask(this.#url, 'POST', '/qr', KEYS.app, body);
    const went = answer.status === 404 ? undefined : answer.body['device_id'];
    if (went !== display) this.wrong.push(`a post of ${agent} at ${display} went to ${JSON.stringify(answer.body)}`);
  }

  /** Links that are otherwise than acknowledged. */
  async #look(): Promise<string[]> {
    const wrong: string[] = [];
    for (const agent of AGENTS) {
      const { status, body } = await ask(this.#url, 'GET', `/link?agent_id=${agent}`, KEYS.app);
      const found = status === 404 ? undefined : body['device_id'];
      const expected = this.#links.get(agent);
      if (found !== expected) wrong.push(`${agent} is at ${String(found)} instead of ${String(expected)}`);
    }
    return wrong;
  }

  /** The same at the end, and that the audit knows each acknowledged link. */
  async check(): Promise<string[]> {
    const wrong = await this.#look();
    for (const [made, times] of this.#made) {
      const [agent, display] = made.split(' ');
      const path = `/audit?device_id=${display}&agent_id=${agent}&limit=100000`;
      const { body } = await ask(this.#url, 'GET', path, KEYS.admin);
      const entries = body['entries'] as { action: string }[];
      const told = entries.filter(({ action }) => action === 'linked' || action === 'link_renewed').length;
      if (told < times) wrong.push(`${made}: the audit tells ${told} of ${times} links`);
    }
    return wrong;
  }
}
