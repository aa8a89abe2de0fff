import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import type { AutomaticAnswer } from '../windows/automatic-proxy.ts';
import { NO_PROXY_RULES, rulesFromEnvironment, rulesFromWindows } from './proxy.ts';
import { createProxyChooser, type ProxySources } from './system-proxy.ts';

const relay = new URL('https://qr.corp.example/api');
const manual = rulesFromWindows({ ProxyEnable: 1, ProxyServer: 'manual:8080' }) ?? NO_PROXY_RULES;

function pc(answer: () => Promise<AutomaticAnswer>, own: Partial<ProxySources> = {}) {
  const clock = new ManualClock();
  const ask = vi.fn(answer);
  const sources: ProxySources = {
    environment: () => undefined,
    automatic: () => ({ detect: true, scriptUrl: 'http://corp.example/proxy.pac' }),
    ask,
    manual: () => manual,
    ...own,
  };
  return { clock, ask, choose: createProxyChooser('auto', clock, sources) };
}

describe('the proxy of this PC', () => {
  it('is the first that the script names', async () => {
    const { choose } = pc(() => Promise.resolve({ kind: 'proxies', proxies: 'branch:3128;head:3128' }));
    expect(await choose(relay)).toBe('http://branch:3128');
  });

  it('is none where the script says so, whatever else is set', async () => {
    const { choose } = pc(() => Promise.resolve({ kind: 'direct' }));
    expect(await choose(relay)).toBeUndefined();
  });

  it('is the one in the settings where no script answers, or asking fails', async () => {
    expect(await pc(() => Promise.resolve({ kind: 'unknown' })).choose(relay)).toBe('http://manual:8080');
    expect(await pc(() => Promise.reject(new Error('no winhttp'))).choose(relay)).toBe('http://manual:8080');
  });

  it('does not wait for a network without an answer, and takes the answer when it comes', async () => {
    let answer: (value: AutomaticAnswer) => void = () => undefined;
    const { clock, ask, choose } = pc(() => new Promise((resolve) => (answer = resolve)));
    const first = choose(relay);
    await clock.advance(4_000);
    expect(await first).toBe('http://manual:8080');
    answer({ kind: 'proxies', proxies: 'late:1' });
    await clock.advance(0);
    expect(await choose(relay)).toBe('http://late:1');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is looked up again after a while, and the old one counts until then', async () => {
    const answers: AutomaticAnswer[] = [{ kind: 'proxies', proxies: 'office:1' }, { kind: 'direct' }];
    const { clock, ask, choose } = pc(() => Promise.resolve(answers.shift() ?? { kind: 'unknown' }));
    expect(await choose(relay)).toBe('http://office:1');
    await clock.advance(20_000);
    expect(await choose(relay)).toBe('http://office:1');
    expect(ask).toHaveBeenCalledTimes(1);
    await clock.advance(20_000);
    expect(await choose(relay)).toBe('http://office:1');
    await clock.advance(0);
    expect(await choose(relay)).toBeUndefined();
  });

  it('comes from the environment first, and never stands before this PC itself', async () => {
    const { ask, choose } = pc(() => Promise.resolve({ kind: 'proxies', proxies: 'script:1' }), {
      environment: () => rulesFromEnvironment({ HTTPS_PROXY: 'environment:1' }),
    });
    expect(await choose(relay)).toBe('http://environment:1');
    expect(await choose(new URL('http://127.0.0.1:5001/'))).toBeUndefined();
    expect(ask).not.toHaveBeenCalled();
  });

  it('can be set, or be none', async () => {
    expect(await createProxyChooser('none')(relay)).toBeUndefined();
    expect(await createProxyChooser('http://set:1')(relay)).toBe('http://set:1');
  });
});
