import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RotatingFile } from './rotating-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-rotating-'));
  path = join(folder, 'a.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: RotatingFile, from: number, to: number): void => {
  for (let number = from; number < to; number++) file.write(`line ${String(number).padStart(4, '0')}\n`);
};
const numbersIn = (name: string): number[] =>
  [...readFileSync(join(folder, name), 'utf8').matchAll(/line (\d+)/g)].map(([, number]) => Number(number));

it('keeps each file below its size, no more than the given number, and every line of those in order', () => {
  const file = new RotatingFile({ path, maxBytes: 100, keep: 2 });
  write(file, 0, 95);
  file.close();
  expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
  expect(['a.log.2', 'a.log.1', 'a.log'].flatMap(numbersIn)).toEqual(Array.from({ length: 25 }, (_, n) => 70 + n));
});

it('goes on where the last run ended', () => {
  write(new RotatingFile({ path, maxBytes: 100, keep: 2 }), 0, 9);
  write(new RotatingFile({ path, maxBytes: 100, keep: 2 }), 9, 12);
  expect(numbersIn('a.log.1')).toHaveLength(10);
  expect(numbersIn('a.log')).toEqual([10, 11]);
});

it('a line that is larger than a file has one of its own', () => {
  const file = new RotatingFile({ path, maxBytes: 5, keep: 1 });
  write(file, 0, 2);
  expect([numbersIn('a.log.1'), numbersIn('a.log')]).toEqual([[0], [1]]);
});

it('leaves the place to another process once it is closed', () => {
  const first = new RotatingFile({ path, maxBytes: 100, keep: 2 });
  write(first, 0, 9);
  first.close();
  write(new RotatingFile({ path, maxBytes: 100, keep: 2 }), 9, 15);
  write(first, 15, 16);
  expect(numbersIn('a.log')).toEqual([10, 11, 12, 13, 14, 15]);
});

it('appends where an outside tool has emptied the file', () => {
  const file = new RotatingFile({ path, maxBytes: 1_000, keep: 1 });
  write(file, 0, 5);
  truncateSync(path);
  write(file, 5, 6);
  expect(numbersIn('a.log')).toEqual([5]);
});

it('only its owner reads it', () => {
  write(new RotatingFile({ path, maxBytes: 1_000, keep: 1 }), 0, 1);
  expect(statSync(path).mode & 0o077).toBe(0);
});

it('grows on when it cannot be rotated: no line is lost, no older file is moved, and the next try is a file later', () => {
  const onLost = vi.fn();
  mkdirSync(`${path}.2`);
  const file = new RotatingFile({ path, maxBytes: 100, keep: 2, onLost });
  write(file, 0, 40);
  expect(numbersIn('a.log')).toHaveLength(40);
  expect(existsSync(`${path}.1`)).toBe(false);
  expect(onLost).toHaveBeenCalledTimes(3);
});

it('says once that lines are lost, never throws, and goes on when the disk takes them again', () => {
  const onLost = vi.fn();
  const gone = join(folder, 'gone', 'a.log');
  const file = new RotatingFile({ path: gone, maxBytes: 100, keep: 1, onLost });
  write(file, 0, 3);
  expect(onLost).toHaveBeenCalledTimes(1);
  expect(onLost.mock.calls[0]?.[0]).toMatchObject({ code: 'ENOENT' });
  mkdirSync(join(folder, 'gone'));
  write(file, 3, 4);
  expect(readFileSync(gone, 'utf8')).toBe('line 0003\n');
});

it('open says at once when the file cannot be made', () => {
  expect(() => new RotatingFile({ path: join(folder, 'gone', 'a'), maxBytes: 1, keep: 1 }).open()).toThrow('ENOENT');
});
