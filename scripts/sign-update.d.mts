import type { KeyObject } from 'node:crypto';
export function updateKeyOf(key: KeyObject): string;
export function makeKey(path: string): string;
export function signUpdate(options: {
  readonly key: string;
  readonly folder: string;
  readonly platform: string;
  readonly version: string;
  readonly percent?: number;
  readonly file: string;
  readonly signedAt?: Date;
}): { readonly name: string; readonly manifest: string; readonly signature: string };
export function stageUpdate(options: {
  readonly folder: string;
  readonly platform: string;
  readonly percent: number;
}): void;
