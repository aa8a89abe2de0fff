export function makeInstaller(options: {
  readonly exe: string;
  readonly version: string;
  readonly output: string;
}): Promise<string>;
