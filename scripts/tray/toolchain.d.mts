export const NODE_VERSION: string;
export function ensureToolchain(): Promise<void>;
export function toolPath(...parts: readonly string[]): string;
