export interface BundleOptions {
  readonly version: string;
  readonly updateKey: string;
  readonly entry?: string;
}
export function bundleTray(platform: 'win32' | 'linux', options: BundleOptions): Promise<Uint8Array>;
