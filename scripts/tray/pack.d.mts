export function pack(options: {
  readonly platform: 'win32' | 'linux';
  readonly script: Uint8Array;
  readonly windowsBase?: Uint8Array;
  readonly output: string;
}): Promise<void>;
