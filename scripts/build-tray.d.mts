export interface TrayOutput {
  readonly version?: string;
  readonly output?: string;
}
export const windowsExe: string;
export const setupExe: string;
export const setupMsi: string;
export const linuxBinary: string;
export function projectVersion(): string;
export function buildLinux(options?: TrayOutput): Promise<string>;
export function buildWindows(options?: TrayOutput): Promise<string>;
