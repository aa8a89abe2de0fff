/**
 * A clone in a folder with a space in its path found no simulated port: Chromium's loader took the library's path for
 * two.
 */
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { preloadFolder } from './compile.ts';

it('the library lies in the clone where its path has neither space nor colon, else among temporary files', () => {
  expect(preloadFolder('/home/asha/counterqr/cache')).toBe('/home/asha/counterqr/cache');
  expect(preloadFolder('/home/asha/my clone/cache', '/tmp')).toMatch(/^\/tmp\/counterqr-rig-\d+$/);
  expect(preloadFolder('/home/asha/a:b/cache', '/var/tmp')).toMatch(/^\/var\/tmp\/counterqr-rig-\d+$/);
  expect(() => preloadFolder('/my clone', '/my tmp')).toThrow('set TMPDIR to a folder without, not /my tmp');
  if (!/[\s:]/.test(tmpdir())) expect(preloadFolder()).not.toMatch(/[\s:]/);
});
