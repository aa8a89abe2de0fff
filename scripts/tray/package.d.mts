export function makePackage(options: {
  readonly setup: string;
  readonly version: string;
  readonly output: string;
}): Promise<string>;
