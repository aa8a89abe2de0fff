import { describe, expect, it } from 'vitest';
import { proxyFor, rulesFromEnvironment, rulesFromWindows } from './proxy.ts';

const relay = new URL('https://qr.corp.example/');
const environment = (env: Record<string, string>) => {
  const rules = rulesFromEnvironment(env);
  if (!rules) throw new Error('no rules');
  return rules;
};
const windows = (values: Record<string, string | number>) => {
  const rules = rulesFromWindows({ ProxyEnable: 1, ...values });
  if (!rules) throw new Error('no rules');
  return rules;
};

describe('the proxy of the environment', () => {
  it('is the one for the scheme, in capitals or not, with or without a scheme of its own', () => {
    const rules = environment({ https_proxy: 'secure:3128', HTTP_PROXY: 'http://plain:8080' });
    expect(proxyFor(relay, rules)).toBe('http://secure:3128');
    expect(proxyFor(new URL('http://qr.corp.example/'), rules)).toBe('http://plain:8080');
  });

  it.each([
    ['qr.corp.example', undefined],
    ['corp.example', undefined],
    ['.corp.example', undefined],
    ['corp.example:443', undefined],
    ['corp.example:8443', 'http://p:1'],
    ['other.example, *', undefined],
    ['p.example', 'http://p:1'],
  ])('NO_PROXY=%s leads to %s', (noProxy, expected) => {
    expect(proxyFor(relay, environment({ HTTPS_PROXY: 'p:1', NO_PROXY: noProxy }))).toBe(expected);
  });

  it('is nothing where nothing is set, and never stands before this PC itself', () => {
    expect(rulesFromEnvironment({ NO_PROXY: 'x' })).toBeUndefined();
    for (const local of ['http://localhost:5001/', 'http://127.0.0.1:5001/', 'http://[::1]:5001/'])
      expect(proxyFor(new URL(local), environment({ HTTP_PROXY: 'p:1' }))).toBeUndefined();
  });
});

describe("the proxy of Windows' settings", () => {
  it('may be one for all, or one per scheme', () => {
    expect(proxyFor(relay, windows({ ProxyServer: 'proxy:8080' }))).toBe('http://proxy:8080');
    const perScheme = windows({ ProxyServer: 'http=a:1;https=b:2;ftp=c:3' });
    expect(proxyFor(relay, perScheme)).toBe('http://b:2');
    expect(proxyFor(new URL('http://qr.corp.example/'), perScheme)).toBe('http://a:1');
  });

  it.each([
    ['*.corp.example', undefined],
    ['<local>', 'http://p:1'],
    ['10.*;qr.*', undefined],
  ])('ProxyOverride=%s leads to %s', (override, expected) => {
    expect(proxyFor(relay, windows({ ProxyServer: 'p:1', ProxyOverride: override }))).toBe(expected);
  });

  it('<local> means names without a dot', () => {
    const rules = windows({ ProxyServer: 'p:1', ProxyOverride: '<local>' });
    expect(proxyFor(new URL('https://relay/'), rules)).toBeUndefined();
  });

  it('does not count while it is switched off', () => {
    expect(rulesFromWindows({ ProxyEnable: 0, ProxyServer: 'p:1' })).toBeUndefined();
  });
});
