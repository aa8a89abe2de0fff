/** PATH on which the guides' and deploy/'s programs are the tools that were found. */
export function pathWithTools(find?: (name: string) => string | undefined, cache?: string): string;
