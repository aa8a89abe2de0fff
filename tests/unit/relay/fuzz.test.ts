/** A few thousand of the requests of which the long suite sends a hundred thousand. */
import { expect, it } from 'vitest';
import { allRoutes, describing } from '../../../relay/app.ts';
import { fuzz } from '../../support/fuzz.ts';
import { KEYS, RelayApp } from '../../support/relay-app.ts';

it('answers two thousand senseless requests with sense', async () => {
  const relay = await RelayApp.start({ env: { RATE_LIMITS: 'off' } });
  try {
    const port = Number(new URL(relay.url).port);
    const routes = [...allRoutes, describing(allRoutes, '')];
    const { statuses, passed, wrong } = await fuzz({ port, seed: 1, requests: 2_000, routes, keys: KEYS });
    expect(wrong).toEqual([]);
    expect([...passed]).toContain('GET /openapi.json');
    // Some must get through, or nothing behind the door was tried.
    expect(statuses['200']).toBeGreaterThan(150);
    for (const status of ['400', '401', '403', '404', '405']) expect(statuses[status], status).toBeGreaterThan(0);
    expect((await relay.get('/health')).body.status).toBe('online');
  } finally {
    await relay.stop();
  }
}, 60_000);
