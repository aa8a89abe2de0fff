/** Turns the plain node.exe into the program's base: its icon, name and version, and no console window. */
import { readFileSync } from 'node:fs';
import { makeIco } from './icon.mjs';
import { toolPath, windowsNode } from './toolchain.mjs';

/** IMAGE_SUBSYSTEM_WINDOWS_GUI: Windows opens no console for it. */
const SUBSYSTEM_GUI = 2;
const LANGUAGE_EN_US = 1033;
const CODEPAGE_UNICODE = 1200;

export const PRODUCT = { company: 'Counter QR', name: 'Counter QR', file: 'CounterQR.exe' };

/** @param {string} version `1.2.3` @returns {Promise<Uint8Array>} */
export async function dressedWindowsNode(version) {
  const { NtExecutable, NtExecutableResource, Data, Resource } = await import(toolPath('resedit/dist/index.js'));
  // Node's own signature is void after any change and is left out.
  const program = NtExecutable.from(readFileSync(windowsNode), { ignoreCert: true });
  const resources = NtExecutableResource.from(program);
  for (const group of Resource.IconGroupEntry.fromEntries(resources.entries))
    resources.entries = resources.entries.filter((entry) => !(entry.type === 14 && entry.id === group.id));
  const icons = Data.IconFile.from(await makeIco()).icons.map((item) => item.data);
  Resource.IconGroupEntry.replaceIconsForResource(resources.entries, 1, LANGUAGE_EN_US, icons);
  setVersion(resources, Resource, version);
  resources.outputResource(program);
  program.newHeader.optionalHeader.subsystem = SUBSYSTEM_GUI;
  return new Uint8Array(program.generate());
}

function setVersion(resources, Resource, version) {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  resources.entries = resources.entries.filter((entry) => entry.type !== 16);
  const info = Resource.VersionInfo.createEmpty();
  info.lang = LANGUAGE_EN_US;
  info.setFileVersion(major, minor, patch, 0, LANGUAGE_EN_US);
  info.setProductVersion(major, minor, patch, 0, LANGUAGE_EN_US);
  info.setStringValues(
    { lang: LANGUAGE_EN_US, codepage: CODEPAGE_UNICODE },
    {
      CompanyName: PRODUCT.company,
      FileDescription: PRODUCT.name,
      FileVersion: version,
      InternalName: 'CounterQR',
      LegalCopyright: 'MIT licence',
      OriginalFilename: PRODUCT.file,
      ProductName: PRODUCT.name,
      ProductVersion: version,
    },
  );
  info.outputToResourceEntries(resources.entries);
}
