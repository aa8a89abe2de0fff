/**
 * The single-file clients of examples/ against a real relay: link, QR, watch, payment, what they say of errors, and
 * answers that are lost.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { root } from '../support/docs/guide.ts';
import { freePort } from '../support/process/free-port.ts';
import { PollingDevice } from '../support/process/polling-device.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noTool, tool } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

type Line = Record<string, unknown>;
type Step = readonly [name: string, given: Readonly<Record<string, unknown>>];

const CLIENTS = [
  { language: 'Python', folder: 'python', steps: 'steps.py' },
  { language: 'PHP', folder: 'php', steps: 'steps.php' },
] as const;

let relay: TestRelay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.remove());

/**
 * Between client and relay, as a connection that breaks at the worst moment: the relay does what it is asked, and of
 * the first `lost` answers to POST the client sees nothing.
 */
async function losing(lost: number): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server: Server = createServer((incoming, outgoing) => {
    const isLost = incoming.method === 'POST' && ++asked <= lost;
    const onward = request(relay.origin + (incoming.url ?? ''), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(relay.origin).host },
    });
    incoming.pipe(onward);
    onward.on('response', (response) => {
      if (isLost) {
        response.resume();
        response.on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

describe.each(CLIENTS)('the client in $language', ({ language, folder, steps }) => {
  const why = noTool(language);

  describe.skipIf(why !== undefined)(`${language}${because(why)}`, () => {
    /** Starts the steps; `lines` grows as they are carried out. */
    function carryOut(all: readonly Step[], { url = relay.origin, key = KEYS.app } = {}) {
      const child = spawn(tool(language), [join(root, 'tests/support/examples', steps), url, key], {
        env: { ...process.env, CLIENT_FOLDER: join(root, 'examples', folder), PYTHONDONTWRITEBYTECODE: '1' },
      });
      onTestFinished(() => void child.kill());
      let out = '';
      let said = '';
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (said += data.toString()));
      child.stdin.end(JSON.stringify(all));
      const ended = once(child, 'close') as Promise<[number | null]>;
      const lines = (): Line[] =>
        out
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Line);
      const answers = async (): Promise<Line[]> => {
        const [code] = await ended;
        expect([code, said]).toEqual([0, '']);
        return lines();
      };
      return { lines, answers, said: () => said };
    }
    const states = (lines: readonly Line[]) =>
      lines.map(({ state, reason }) => [state, reason ?? null].join(' ').trim());

    it('links a display, shows a QR, watches it, and takes a payment', async () => {
      const device = await PollingDevice.start(relay, `${folder}-main`);
      onTestFinished(() => device.stop());
      const agent_id = `${folder} é 1`;
      const client = carryOut([
        ['link', { agent_id, agent_name: 'Asha', computer_name: `${folder}-main` }],
        ['qr', { agent_id, qr_text: 'pay', amount: '1250.00', currency: 'MUR', reference: `${folder}-8842` }],
        ['watch', { command_id: 'SENT' }],
        ['unlink', { agent_id }],
      ]);
      // The payment webhook is another process of the shop's server.
      const shown = await until('the client has seen it displayed', () =>
        client.lines().find(({ state }) => state === 'displayed'),
      );
      const [paid] = await carryOut([['payment', { reference: `${folder}-8842` }]]).answers();
      expect(paid).toMatchObject({ success: true, command_id: shown['command_id'] });

      const [linked, sent, ...rest] = await client.answers();
      expect(linked).toMatchObject({ success: true, device_id: device.id });
      expect(sent).toMatchObject({ success: true, device_id: device.id, command_id: shown['command_id'] });
      expect(rest.pop()).toEqual({ success: true, device_id: device.id });
      expect(states(rest).slice(-2)).toEqual(['displayed', 'cleared paid']);
    });

    it('clears a QR, and stops watching when its time is over', async () => {
      const device = await PollingDevice.start(relay, `${folder}-clear`);
      onTestFinished(() => device.stop());
      const agent_id = `${folder} 2`;
      const client = carryOut([
        ['link', { agent_id, device_id: device.id }],
        ['qr', { agent_id, qr_text: 'pay' }],
        ['watch', { command_id: 'SENT', seconds: 3 }],
        ['clear', { command_id: 'SENT', reason: 'cancelled' }],
        ['watch', { command_id: 'SENT' }],
      ]);
      const lines = await client.answers();
      const seen = states(lines.filter(({ state }) => state !== undefined));
      expect(seen.at(-1)).toBe('cleared cancelled');
      // While nobody cleared it, three seconds of watching ended by themselves.
      expect(seen).toContain('displayed');
    });

    it('says what the relay says, with its code', async () => {
      const asked = await carryOut([
        ['qr', { agent_id: `${folder} nobody`, qr_text: 'pay' }],
        ['link', { agent_id: '1', computer_name: `${folder}-nowhere` }],
        ['qr', { agent_id: '1', qr_text: 'pay', customerName: 'A' }],
        ['payment', { reference: `${folder}-none` }],
      ]).answers();
      expect(asked.map(({ code, status }) => [code, status])).toEqual([
        ['unknown_agent', 404],
        ['unknown_device', 404],
        ['bad_request', 400],
        ['unknown_command', 404],
      ]);
      expect(asked[2]?.['error']).toContain('customer_name');
      const [refused] = await carryOut([['unlink', { agent_id: '1' }]], {
        key: 'wrong-key-0123456789abcdef',
      }).answers();
      expect(refused).toMatchObject({ code: 'unauthorized', status: 401 });
    });

    it('posts a QR once though two answers are lost, and repeats no payment', async () => {
      const device = await PollingDevice.start(relay, `${folder}-lost`);
      onTestFinished(() => device.stop());
      const agent_id = `${folder} 3`;
      await relay.link(agent_id, device.id);
      const line = await losing(2);
      const [sent] = await carryOut(
        [['qr', { agent_id, qr_text: 'pay', reference: `${folder}-lost` }]],
        line,
      ).answers();
      expect(line.asked()).toBe(3);
      expect(sent).toMatchObject({ success: true });
      // A second one would have superseded it or taken its place.
      const view = await relay.reaches(String(sent?.['command_id']), ['displayed']);
      expect(view.state).toBe('displayed');
      expect(device.taken.filter(({ type }) => type === 'display_qr')).toHaveLength(1);

      const other = await losing(1);
      const [paid] = await carryOut([['payment', { reference: `${folder}-lost` }]], other).answers();
      expect(other.asked()).toBe(1);
      expect(paid).toMatchObject({ code: 'unreachable', status: 0 });
    });

    it('says when no relay answers there, and follows no redirect with its key', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      expect((await carryOut([['unlink', { agent_id: '1' }]], { url }).answers())[0]).toMatchObject({
        code: 'unreachable',
        status: 0,
      });

      let visits = 0;
      const elsewhere = createServer((incoming, outgoing) => {
        visits += 1;
        outgoing.writeHead(incoming.url?.includes('elsewhere') ? 200 : 302, { location: '/elsewhere' }).end('{}');
      });
      elsewhere.listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
      onTestFinished(() => void elsewhere.close());
      const there = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
      const [redirected] = await carryOut([['unlink', { agent_id: '1' }]], { url: there }).answers();
      expect([redirected?.['status'], visits]).toEqual([302, 1]);
    });
  });
});
