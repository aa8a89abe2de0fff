/** The same policies as Linux, Windows and Intune want to read them. */
import { minimumChrome, NAME_PLACEHOLDER } from './policies.mjs';

const WINDOWS_KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome';

/** /etc/opt/chrome/policies/managed/counterqr.json; JSON allows no comments, so the reasons are in the report. */
export function linuxJson(policies) {
  return `${JSON.stringify(Object.fromEntries(policies.map(({ policy, value }) => [policy, value])), null, 2)}\n`;
}

const quoted = (text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const dword = (number) => `dword:${number.toString(16).padStart(8, '0')}`;

function regValue({ type, value }) {
  switch (type) {
    case 'json':
      return quoted(JSON.stringify(value));
    case 'number':
      return dword(value);
    case 'boolean':
      return dword(value ? 1 : 0);
    default:
      throw new Error(`A .reg file has no single value of type ${type}.`);
  }
}

/**
 * Text of the .reg file; `encodeReg` gives its bytes. Lists are keys of their own, emptied first so that an old entry
 * does not stay.
 */
export function windowsReg(policies) {
  const single = policies.filter(({ type }) => type !== 'list');
  const lists = policies.filter(({ type }) => type === 'list');
  const lines = [
    'Windows Registry Editor Version 5.00',
    '',
    ...policies.map(({ policy, since, why }) => `; ${policy} (Chrome ${since} or newer): ${why}`),
    '',
    `[${WINDOWS_KEY}]`,
    ...single.map((entry) => `${quoted(entry.policy)}=${regValue(entry)}`),
    '',
    ...lists.flatMap(({ policy, value }) => [
      `[-${WINDOWS_KEY}\\${policy}]`,
      '',
      `[${WINDOWS_KEY}\\${policy}]`,
      ...value.map((item, index) => `"${index + 1}"=${quoted(item)}`),
      '',
    ]),
  ];
  return lines.join('\r\n');
}

/** regedit and `reg import` read UTF-16 with a byte order mark; anything else breaks names with accents. */
export const encodeReg = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function intuneValue({ policy, type, value }) {
  switch (type) {
    case 'boolean':
      return value ? '<enabled/>' : '<disabled/>';
    case 'list': {
      // ADMX lists: number and value in turn, each closed by U+F000.
      const items = value.map((item, index) => `${index + 1}&#xF000;${xml(item)}`).join('&#xF000;');
      return `<enabled/><data id="${policy}Desc" value="${items}"/>`;
    }
    default:
      return `<enabled/><data id="${policy}" value="${xml(type === 'json' ? JSON.stringify(value) : String(value))}"/>`;
  }
}

/** Rows of a custom Intune profile, for tenants that have taken in Chrome's ADMX under the name `Chrome`. */
export function intuneJson(policies) {
  const rows = policies.map((entry) => ({
    displayName: `Counter QR: ${entry.policy}`,
    description: `${entry.why} (Chrome ${entry.since} or newer)`,
    omaUri: `./Device/Vendor/MSFT/Policy/Config/Chrome~Policy~${entry.category}/${entry.policy}`,
    dataType: 'String',
    value: intuneValue(entry),
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/**
 * Fills the computer's own name in on the PC, then sets the policies. To be run as administrator, e.g. as start-up
 * script.
 */
export const windowsScript = () =>
  [
    "# Run as administrator: fills in this computer's name and sets the Chrome policies of Counter QR.",
    "$ErrorActionPreference = 'Stop'",
    '$text = [IO.File]::ReadAllText((Join-Path $PSScriptRoot "windows.reg"), [Text.Encoding]::Unicode)',
    `$text = $text.Replace('${NAME_PLACEHOLDER}', [Uri]::EscapeDataString($env:COMPUTERNAME))`,
    '$file = Join-Path $env:TEMP "counterqr-policy.reg"',
    '[IO.File]::WriteAllText($file, $text, [Text.Encoding]::Unicode)',
    'try {',
    '  & reg.exe import $file',
    '  if ($LASTEXITCODE -ne 0) { throw "reg.exe ended with $LASTEXITCODE" }',
    '} finally { Remove-Item $file }',
    '',
  ].join('\r\n');

export const linuxScript = () => `#!/bin/sh
# Run as root: fills in this computer's name and sets the Chrome policies of Counter QR.
# Folders may be given as arguments; the default are those of Chrome and of Chromium.
set -eu
here=$(dirname "$0")
name=$(uname -n)
[ $# -gt 0 ] || set -- /etc/opt/chrome/policies/managed /etc/chromium/policies/managed
for folder in "$@"; do
  mkdir -p "$folder"
  sed "s|${NAME_PLACEHOLDER}|$name|g" "$here/linux.json" > "$folder/counterqr.json.new"
  chmod 644 "$folder/counterqr.json.new"
  mv "$folder/counterqr.json.new" "$folder/counterqr.json"
  echo "$folder/counterqr.json"
done
`;

/** What each policy does, since when, and why: for the change request. */
export function report(policies) {
  return [
    `# Chrome policies for Counter QR (Chrome ${minimumChrome(policies)} or newer obeys all of them)`,
    '',
    '| Policy | Since Chrome | Why |',
    '| --- | --- | --- |',
    ...policies.map(({ policy, since, why }) => `| \`${policy}\` | ${since} | ${why} |`),
    '',
  ].join('\n');
}
