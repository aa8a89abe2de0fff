import { rmSync } from 'node:fs';

/**
 * Removes a folder that a program which just ended may still write to (Chromium's helpers outlive its window), for up
 * to 20 s.
 * @throws what the disk said last, when it cannot be removed by then
 */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
