/**
 * What a new user's shell has: of this test run's environment, what npm, vitest and the relay's settings put there is
 * left out, but not where packages come from. (`npm_config_local_prefix` and its like would send a child's `npm ci` to
 * this folder.)
 */
import { pathWithTools } from '../requirements.ts';

const LEFT_OUT = /^(npm_|VITEST|NODE_ENV$|PORT$|HOST$|DATA_DIR$|CI$)/;
const KEPT = /^npm_config_(registry|cache|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)$/;

export const plainEnv = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || (LEFT_OUT.test(name) && !KEPT.test(name)) ? [] : [[name, value]],
    ),
  ),
  PATH: pathWithTools(),
  ...more,
});
