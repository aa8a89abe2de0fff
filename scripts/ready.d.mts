export const root: string;
export const STAMP_FILE: string;
export function giveUp(sentence: string): never;
export function ensureNode(): void;
export function ensureInstalled(): void;
export function sourceStamp(): string;
export function ensureBuilt(): Promise<void>;
export function packagesAreCurrent(): boolean;
