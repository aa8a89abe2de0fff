declare const __VERSION__: string | undefined;
declare const __UPDATE_KEY__: string | undefined;

/** Set by the build from package.json; `0.0.0` when run from source. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0';

/** Base64 of the public key that updates are signed with; empty where the build was given none (docs/tray.md). */
export const BUILT_IN_UPDATE_KEY = typeof __UPDATE_KEY__ === 'string' ? __UPDATE_KEY__ : '';
