/** The built relay is asked to end, as an update of the machine or of the container asks it. */
import { expect, it } from 'vitest';
import { KEYS, startRelay } from '../support/process/relay.ts';
import { because } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const noSignals = process.platform === 'win32' ? 'Windows ends a program without asking it' : undefined;

it.skipIf(noSignals !== undefined)(
  `SIGTERM: a held poll has its answer, and the relay ends with 0${because(noSignals)}`,
  async () => {
    const relay = await startRelay();
    try {
      const { body } = await relay.call('POST', '/register', {
        key: KEYS.enrol,
        body: { device_id: 'd1', computer_name: 'DESK-1', kind: 'kiosk' },
      });
      const started = performance.now();
      const held = relay.call('GET', '/poll?device_id=d1&wait=25', { key: String(body['device_token']) });
      await until('the poll is held', async () => {
        const metrics = await fetch(`${relay.origin}/api/device/metrics`, {
          headers: { authorization: `Bearer ${KEYS.admin}` },
        });
        return /^counterqr_held_polls 1$/m.test(await metrics.text());
      });
      const code = await relay.stop('SIGTERM');
      expect(await held).toEqual({ status: 200, body: { has_commands: false, commands: [] } });
      expect(code).toBe(0);
      expect(performance.now() - started).toBeLessThan(15_000);
    } finally {
      await relay.remove();
    }
  },
);
