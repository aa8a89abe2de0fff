import { describe, expect, it } from 'vitest';
import { browserName, type ClientHints } from './browser-name.ts';

const hints = (platform: string, platformVersion: string, ...brands: [string, string][]): ClientHints => ({
  brands: brands.map(([brand, version]) => ({ brand, version })),
  platform,
  getHighEntropyValues: async () => ({ platformVersion }),
});
const chrome = ['Google Chrome', '150'] as [string, string];
const chromium = ['Chromium', '150'] as [string, string];
const madeUp = ['Not;A=Brand', '8'] as [string, string];

describe('what a browser says of itself', () => {
  it.each([
    [hints('Windows', '15.0.0', madeUp, chromium, chrome), 'Chrome 150 · Windows 11'],
    [hints('Windows', '13.0.0', chrome, madeUp, chromium), 'Chrome 150 · Windows 11'],
    [hints('Windows', '10.0.0', chrome, madeUp, chromium), 'Chrome 150 · Windows 10'],
    [hints('Windows', '0.3.0', chrome, chromium), 'Chrome 150 · Windows'],
    [hints('Windows', '15.0.0', madeUp, chromium, ['Microsoft Edge', '150.0.1']), 'Edge 150 · Windows 11'],
    [hints('macOS', '14.5.0', chrome), 'Chrome 150 · macOS 14.5'],
    [hints('Linux', '', chromium, ['Not/A)Brand', '24']), 'Chromium 150 · Linux'],
    [hints('Chrome OS', '16002.44.0', chrome), 'Chrome 150 · Chrome OS 16002.44'],
    [hints('', '', ['=cmd|’x’', '1']), 'cmd x 1'],
  ])('%#: %o is %s', async (userAgentData, name) => {
    expect(await browserName({ userAgent: 'x', userAgentData })).toBe(name);
  });

  it('is less where it refuses the finer hints', async () => {
    const refusing = {
      ...hints('Windows', '15.0.0', chrome),
      getHighEntropyValues: () => Promise.reject(new Error('x')),
    };
    expect(await browserName({ userAgent: '', userAgentData: refusing })).toBe('Chrome 150 · Windows');
  });

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) … Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0', 'Edge 150 · Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 … Chrome/150.0.0.0 Safari/537.36', 'Chrome 150 · Linux'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) … Version/18.5 Safari/605.1.15', 'Safari 18 · macOS'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140 · Windows'],
    ['curl', undefined],
  ])('without hints is read from %s', async (userAgent, name) => {
    expect(await browserName({ userAgent })).toBe(name);
    expect(await browserName({ userAgent, userAgentData: hints('', '') })).toBe(name);
  });
});
