/** What a session learns of `fileinfo`, and above all what it does not. */
import { describe, expect, it } from 'vitest';
import { makeSessionRig, type SessionRig, type SessionRigOptions } from '../../tests/support/simulator/session-rig.ts';
import type { Fault } from '../simulator/faults.ts';

const LISTS_FILES = { variant: { fileinfo: true } };
const GARBAGE: Fault = { kind: 'garbage_reply', to: 'fileinfo' };

/** Answers come from this instead of the firmware; undefined is silence. */
function answerFileinfo(rig: SessionRig, lines: readonly (string | undefined)[]): void {
  const { display } = rig;
  const receive = display.receive.bind(display);
  const left = [...lines];
  display.receive = (bytes) => {
    if (left.length === 0 || new TextDecoder().decode(bytes) !== 'fileinfo\n') return receive(bytes);
    const line = left.shift();
    if (line !== undefined) display.chat(line);
  };
}

async function connected(options: SessionRigOptions, lines: readonly (string | undefined)[] = []): Promise<SessionRig> {
  const rig = await makeSessionRig(options);
  answerFileinfo(rig, lines);
  await rig.run(rig.session.connect());
  return rig;
}

async function again(rig: SessionRig): Promise<void> {
  await rig.run(rig.session.close());
  await rig.run(rig.session.connect());
}

const asked = (rig: SessionRig): number => rig.said.filter(({ line }) => line === 'fileinfo').length;

describe('whether a display lists its files', () => {
  it('stays open after silence, costs no more than a second, and is asked again at the next connect', async () => {
    const rig = await connected({ display: LISTS_FILES }, [undefined]);
    const askedAt = rig.said.find(({ line }) => line === 'fileinfo')?.at ?? NaN;
    // Ten bytes of question need their wire time.
    expect(rig.clock.now() - askedAt).toBeLessThanOrEqual(1_000 + 10);
    expect(asked(rig)).toBe(1);
    expect(rig.session.profile.fileinfo).toBeUndefined();
    await again(rig);
    expect(rig.session.profile.fileinfo).toBe('yes');
  });

  it('stays open after two garbled answers, and is asked again at the next connect', async () => {
    const rig = await connected({ display: LISTS_FILES, faults: [GARBAGE, GARBAGE] });
    expect(asked(rig)).toBe(2);
    expect(rig.session.profile.fileinfo).toBeUndefined();
    await again(rig);
    expect(rig.session.profile.fileinfo).toBe('yes');
  });

  it.each([
    ['JSON that breaks off', ['{"images":[{"filename":"1.jpeg","si', '{"images":[{"filena']],
    ['JSON without its beginning', ['ges":[{"filename":"1.jpeg","size":3}]}', 'filename":"1.jpeg"}]}']],
    ['a stray ok', ['ok', 'ok']],
    ['signs that are no word', ['## 7', '~']],
    ['words and then silence', ['ESP32 Chip model = 9, Rev 0', undefined]],
    ['words and then garbage', ['ESP32 Chip model = 9, Rev 0', '## 7']],
  ])('stays open after %s', async (_what, lines) => {
    const rig = await connected({ display: LISTS_FILES }, lines);
    expect(rig.session.profile.fileinfo).toBeUndefined();
    await again(rig);
    expect(rig.session.profile.fileinfo).toBe('yes');
  });

  it('is yes although one late answer to another question came first', async () => {
    const rig = await connected({ display: LISTS_FILES }, ['ESP32 Chip model = 9, Rev 0']);
    expect(rig.session.profile.fileinfo).toBe('yes');
  });

  it('is no, and not asked again, where the firmware answers in words', async () => {
    const rig = await connected({});
    expect(rig.session.profile.fileinfo).toBe('no');
    const before = asked(rig);
    await again(rig);
    expect(asked(rig)).toBe(before);
  });
});
