export function sandboxFlagsFor(program: string): string[];
