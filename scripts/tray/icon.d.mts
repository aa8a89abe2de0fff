export function makeIco(colour?: string): Promise<Buffer>;
