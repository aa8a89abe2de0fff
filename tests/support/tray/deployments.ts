/**
 * The two ways in which IT puts the tray on a PC, as command lines: the installer, and its package for Group Policy and
 * Intune.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePackage } from '../../../scripts/tray/package.mjs';
import type { WindowsBuild } from './installer.ts';
import type { WindowsPc } from './wine.ts';

export interface Deployment {
  readonly name: string;
  /** Puts what IT was given onto drive C. */
  prepare(pc: WindowsPc, build: WindowsBuild, folder: string): Promise<void>;
  /** @param values word for word, e.g. `RELAY="https://qr.example"` */
  install(values: readonly string[]): string;
  /** Over what is there, naming nothing. */
  readonly upgrade: string;
  readonly remove: string;
  /** Exit code for a wrong parameter, as this machine hands it on: Windows' numbers are larger than a byte. */
  readonly refused: number;
  /**
   * Exit codes for a program that cannot be stopped and for a file that cannot be written; Windows Installer has one
   * for all.
   */
  readonly codes?: { readonly running: number; readonly files: number };
  /** What the installer leaves beside the program. */
  readonly files: readonly string[];
}

const setup: Deployment = {
  name: 'CounterQR-Setup.exe',
  async prepare(pc, build) {
    copyFileSync(build.setup, pc.path('CounterQR-Setup.exe'));
  },
  install: (values) => `C:\\CounterQR-Setup.exe /S ${values.map((value) => `/${value}`).join(' ')}`,
  upgrade: 'C:\\CounterQR-Setup.exe /S',
  remove: '"C:\\Program Files\\CounterQR\\Uninstall.exe" /S',
  refused: 5,
  codes: { running: 3, files: 4 },
  files: ['CounterQR.exe', 'Uninstall.exe', 'native'],
};

const msi: Deployment = {
  name: 'CounterQR.msi',
  async prepare(pc, build, folder) {
    for (const version of ['1.0.0', '1.1.0']) {
      const output = await makePackage({ setup: build.setup, version, output: join(folder, `${version}.msi`) });
      copyFileSync(output, pc.path(`CounterQR-${version}.msi`));
    }
  },
  install: (values) => `msiexec /i C:\\CounterQR-1.0.0.msi /qn ${values.join(' ')}`,
  upgrade: 'msiexec /i C:\\CounterQR-1.1.0.msi /qn',
  remove: 'msiexec /x C:\\CounterQR-1.1.0.msi /qn',
  // Wine's own: 1627, function failed. Windows says 1603.
  refused: 1627 % 256,
  files: ['CounterQR.exe', 'native'],
};

export const DEPLOYMENTS: readonly Deployment[] = [setup, msi];
