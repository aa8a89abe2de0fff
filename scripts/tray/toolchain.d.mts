export const NODE_VERSION: string;
export function ensureToolchain(): Promise<void>;
