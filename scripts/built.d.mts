/** Builds what is stale; waits where another process builds this folder. */
export function ensureBuilt(): Promise<void>;
