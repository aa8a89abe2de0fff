/** `npm run chrome-policy`: writes what IT deploys so that a counter's PC needs no click. See docs/it.md. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './is-main.mjs';
import {
  encodeReg,
  intuneJson,
  linuxJson,
  linuxScript,
  report,
  windowsReg,
  windowsScript,
} from './chrome-policy/formats.mjs';
import { readOptions, UsageError } from './chrome-policy/options.mjs';
import { NAME_PLACEHOLDER, policiesFor } from './chrome-policy/policies.mjs';

/** Files hold the enrol key: for their owner's eyes. */
const SECRET = { mode: 0o600 };

function writeFolder(folder, policies, scripts) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'linux.json'), linuxJson(policies), SECRET);
  writeFileSync(join(folder, 'windows.reg'), encodeReg(windowsReg(policies)), SECRET);
  if (!scripts) {
    writeFileSync(join(folder, 'intune.json'), intuneJson(policies), SECRET);
    return;
  }
  // Intune sends the same rows to every PC and fills nothing in. One of an earlier run would look as if it belonged to
  // this one.
  rmSync(join(folder, 'intune.json'), { force: true });
  writeFileSync(join(folder, 'install-windows.ps1'), windowsScript());
  writeFileSync(join(folder, 'install-linux.sh'), linuxScript(), { mode: 0o755 });
}

/** Writes all files; answers the folders. */
export function writePolicies({ origin, base, names, enrolKey, vendorIds, out }) {
  const folders = names.map((name) => {
    const own = name === NAME_PLACEHOLDER;
    const folder = names.length === 1 ? out : join(out, name);
    const policies = policiesFor({ origin, base, name, enrolKey, vendorIds });
    writeFolder(folder, policies, own);
    return folder;
  });
  const policies = policiesFor({ origin, base, name: names[0], enrolKey: undefined, vendorIds });
  writeFileSync(join(out, 'README.md'), report(policies));
  return folders;
}

if (isMain(import.meta.filename)) {
  try {
    const options = readOptions(process.argv.slice(2));
    const folders = writePolicies(options);
    console.log(`Wrote the policies for ${options.base}/kiosk/ to ${folders.length} folder(s) in ${options.out}:`);
    console.log('  linux.json    /etc/opt/chrome/policies/managed/counterqr.json');
    console.log('  windows.reg   Group Policy, or reg import as administrator');
    if (options.names[0] === NAME_PLACEHOLDER) {
      console.log("  install-*     fill in the computer's name and install: use these, not the bare files");
      console.log(
        "No intune.json: nothing fills in a computer's name in Intune's rows. There, deploy the script as a Win32 app.",
      );
    } else console.log('  intune.json   rows of a custom Intune profile');
    if (!options.enrolKey) console.log('Without --enrol-key-file each kiosk waits until the admin page approves it.');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
