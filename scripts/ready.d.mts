import type { SpawnSyncOptions, SpawnSyncReturns } from 'node:child_process';

export const root: string;
export function giveUp(sentence: string): never;
export function ensureNode(): void;
/** Runs npm in the repository unless `cwd` says otherwise. */
export function npm(args: readonly string[], options?: SpawnSyncOptions): SpawnSyncReturns<string | Buffer>;
export function ensureInstalled(): void;
export function packagesAreCurrent(): boolean;
