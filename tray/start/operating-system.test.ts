import { expect, it } from 'vitest';
import { operatingSystem } from './operating-system.ts';

it.each([
  ['win32', '10.0.22631', 'Windows 11 (10.0.22631)'],
  ['win32', '10.0.19045', 'Windows 10 (10.0.19045)'],
  ['linux', '6.8.0-45-generic', 'Linux 6.8.0-45-generic'],
  ['darwin', '24.5.0', 'macOS (Darwin 24.5.0)'],
  ['freebsd', '14.1', 'freebsd 14.1'],
])('%s %s is %s', (platform, release, name) => expect(operatingSystem(platform, release)).toBe(name));
