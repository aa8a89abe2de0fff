/** A few thousand of the requests of which the long suite sends a hundred thousand. */
import { expect, it } from 'vitest';
import { allRoutes, describing } from '../../relay/app.ts';
import { fuzz } from '../support/fuzz/run.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

it('answers two thousand senseless requests with sense', async () => {
  const relay = await RelayApp.start({ env: { RATE_LIMITS: 'off' } });
  try {
    const port = Number(new URL(relay.url).port);
    const routes = [...allRoutes, describing(allRoutes, '')];
    const { statuses, passed, wrong } = await fuzz({ port, seed: 1, requests: 2_000, routes, keys: KEYS });
    expect(wrong).toEqual([]);
    // Some must get through, or nothing behind the door was tried; the long suite gets through everywhere.
    for (const call of ['GET /poll', 'POST /qr', 'POST /register', 'GET /openapi.json'])
      expect([...passed]).toContain(call);
    expect(statuses['200']).toBeGreaterThan(300);
    for (const status of ['400', '401', '403', '404', '405']) expect(statuses[status], status).toBeGreaterThan(0);
    expect((await relay.get('/health')).body.status).toBe('online');
  } finally {
    await relay.stop();
  }
}, 60_000);
