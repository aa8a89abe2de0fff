/**
 * What IT sets in Chrome so that a display works without a click: one entry a policy, with the first Chrome that knows
 * it and why. Names, types and versions as in Chromium's policy definitions; chrome-policy.test.mjs holds names and
 * types, tests/e2e/rollout-policy.test.ts what they do in a real Chromium.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** USB vendors of the displays seen, as the programs know them. */
export const VENDOR_IDS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../shared/display/usb-vendors.json'), 'utf8'),
).map(({ id }) => Number.parseInt(id, 16));

/** Stands for the computer's own name until the install script has filled it in. */
export const NAME_PLACEHOLDER = '@COMPUTERNAME@';

/** The kiosk's address for one PC. The key travels in the fragment, which no server and no log ever sees. */
function kioskUrl({ base, name, enrolKey }) {
  const url = `${base}/kiosk/?name=${name === NAME_PLACEHOLDER ? name : encodeURIComponent(name)}`;
  return enrolKey ? `${url}#enrol=${encodeURIComponent(enrolKey)}` : url;
}

/** The same page as an app of its own, with a process of its own; name and key it has from the first one. */
const standbyUrl = (base) => `${base}/kiosk/standby.html`;

/** `category`: where Chrome's ADMX files it, for Intune. `type`: how Windows stores it. */
export function policiesFor({ origin, base, name, enrolKey, vendorIds = VENDOR_IDS }) {
  return [
    {
      policy: 'SerialAllowUsbDevicesForUrls',
      since: 94,
      type: 'json',
      category: 'googlechrome~ContentSettings',
      why: 'The kiosk may use displays of these USB vendors without anybody choosing a port.',
      value: [{ devices: vendorIds.map((vendor_id) => ({ vendor_id })), urls: [origin] }],
    },
    {
      policy: 'WebAppInstallForceList',
      since: 75,
      type: 'json',
      category: 'googlechrome',
      why: 'Installs the kiosk as an app with a window of its own, and tells it its name and key while doing so; and a second app, whose window takes over should the first one crash.',
      value: [
        {
          url: kioskUrl({ base, name, enrolKey }),
          default_launch_container: 'window',
          create_desktop_shortcut: true,
          fallback_app_name: 'Counter QR',
        },
        {
          url: standbyUrl(base),
          default_launch_container: 'window',
          create_desktop_shortcut: false,
          fallback_app_name: 'Counter QR (standby)',
        },
      ],
    },
    {
      policy: 'WebAppSettings',
      since: 102,
      type: 'json',
      category: 'googlechrome',
      why: 'Starts both windows when somebody logs in to the PC.',
      value: [
        { manifest_id: `${base}/kiosk/`, run_on_os_login: 'run_windowed' },
        { manifest_id: standbyUrl(base), run_on_os_login: 'run_windowed' },
      ],
    },
    {
      policy: 'TabDiscardingExceptions',
      since: 108,
      type: 'list',
      category: 'googlechrome',
      why: 'Memory saver never unloads the kiosk; from Chrome 155 background freezing leaves it alone, too.',
      value: [`${base}/kiosk/`],
    },
    {
      policy: 'BatterySaverModeAvailability',
      since: 108,
      type: 'number',
      category: 'googlechrome',
      why: 'Energy saver is off: from Chrome 133 it freezes busy hidden tabs. The kiosk is exempt while it holds its lock and port; this is for the moments in between.',
      value: 0,
    },
    {
      policy: 'IntensiveWakeUpThrottlingEnabled',
      since: 85,
      type: 'boolean',
      category: 'googlechrome',
      why: 'A window hidden for five minutes keeps its timers.',
      value: false,
    },
  ];
}

/** The oldest Chrome that obeys all of them. */
export const minimumChrome = (policies) => Math.max(...policies.map(({ since }) => since));
