import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';
import { KEPT_LOGS, openTrayLog } from './tray-log.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-log-'));
  path = join(folder, 'logs', 'counterqr.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the log', () => {
  it('starts anew at its limit, keeps four old files and never more', () => {
    const log = openTrayLog({ path, redactor: createRedactor(), maxBytes: 500 });
    for (let index = 0; index < 100; index++) log.info('line', `number ${index}`);
    expect(readdirSync(join(folder, 'logs'))).toHaveLength(KEPT_LOGS + 1);
    for (const name of readdirSync(join(folder, 'logs')))
      expect(statSync(join(folder, 'logs', name)).size).toBeLessThanOrEqual(500);
    expect(readFileSync(path, 'utf8')).toContain('number 99');
    expect(existsSync(`${path}.5`)).toBe(false);
  });

  it('goes on where the last run ended', () => {
    const open = () => openTrayLog({ path, redactor: createRedactor(), maxBytes: 200 });
    for (let index = 0; index < 6; index++) open().info('line', `run ${index} ${'x'.repeat(40)}`);
    expect(existsSync(`${path}.1`)).toBe(true);
  });

  it('holds back a line that repeats, and says how often it came', () => {
    let time = 0;
    const log = openTrayLog({ path, redactor: createRedactor(), now: () => new Date(time) });
    for (; time < 50_000; time += 2_000) log.warn('poll', 'no answer');
    log.info('poll', 'answered');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('24 more times');
  });

  it('writes one line per entry, whatever the text holds', () => {
    openTrayLog({ path, redactor: createRedactor() }).error('bad', 'first\nsecond');
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('redaction', () => {
  it('takes out keys that it was told, tokens, pictures and proxy passwords', () => {
    const redactor = createRedactor();
    redactor.hide('enrol-key-1');
    const cleaned = redactor.clean(
      'key enrol-key-1, Authorization: Bearer abc.def, {"device_token":"t0ken"}, new_token=n3w, newToken: k3pt, data:image/png;base64,iVBORw0KGgo=, http://me:pw@proxy:1',
    );
    for (const secret of ['enrol-key-1', 'abc.def', 't0ken', 'n3w', 'k3pt', 'iVBOR', 'pw@'])
      expect(cleaned).not.toContain(secret);
    expect(cleaned).toContain('proxy:1');
  });

  it('leaves ordinary words alone', () => {
    const redactor = createRedactor();
    redactor.hide('ok');
    expect(redactor.clean('The relay is ok: https://qr.example/kiosk')).toBe(
      'The relay is ok: https://qr.example/kiosk',
    );
  });
});
