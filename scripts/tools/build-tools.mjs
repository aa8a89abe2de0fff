/** Programs that compile, pack and sign, each asked to do it; Wine; fonts, which a program has to find. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, candidates, inFolder, refuses, says } from './ask.mjs';

const UNKNOWN = 'of an unknown version';

/** Compiles and runs a program that prints 42. @param include a line more at its top */
const compiles = (compiler, include, ...flags) =>
  inFolder((folder) => {
    const [source, program] = [join(folder, 'a.c'), join(folder, 'a.out')];
    writeFileSync(source, `#include <stdio.h>\n${include}\nint main(void) { return printf("%d", 6 * 7) != 2; }\n`);
    return ask(compiler, ['-o', program, source, ...flags]).status === 0 && ask(program, []).out.toString() === '42';
  });

const startsWith = (path, ...bytes) =>
  existsSync(path) && readFileSync(path).subarray(0, bytes.length).equals(Buffer.from(bytes));
/** The file format of MSI packages: OLE's compound file. */
const isMsi = (path) => startsWith(path, 0xd0, 0xcf, 0x11, 0xe0);

const packsAnExe = (program) =>
  inFolder((folder) => {
    const [script, exe] = [join(folder, 'a.nsi'), join(folder, 'a.exe')];
    writeFileSync(script, `OutFile "${exe}"\nSection\nSectionEnd\n`);
    ask(program, ['-V1', script]);
    return startsWith(exe, 0x4d, 0x5a);
  });

const WXS = `<?xml version="1.0"?><Wix xmlns="http://schemas.microsoft.com/wix/2006/wi"><Product Name="A" Id="*" Version="1.0.0"
  UpgradeCode="5c3b1a52-0c3f-4ef3-9a8e-0f4f4d6f8a01" Language="1033" Manufacturer="A"><Package InstallerVersion="200" Compressed="yes"/>
  <Media Id="1" Cabinet="a.cab" EmbedCab="yes"/><Directory Id="TARGETDIR" Name="SourceDir"/><Feature Id="A" Level="1"/></Product></Wix>`;

const packsAnMsi = (program) =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'a.wxs'), WXS);
    ask(program, ['--output', join(folder, 'a.msi'), join(folder, 'a.wxs')], { cwd: folder });
    return isMsi(join(folder, 'a.msi'));
  });

const writesAnMsi = (program) =>
  inFolder((folder) => {
    const query = 'CREATE TABLE `A` (`B` CHAR(9) NOT NULL PRIMARY KEY `B`)';
    ask(program, [join(folder, 'a.msi'), '-q', query], { cwd: folder });
    return isMsi(join(folder, 'a.msi'));
  });

const SOFTHSM_MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];

/** With a configuration of its own: the machine's may be for root and a group only. */
const opensModule = (module, program) =>
  inFolder((folder) => {
    const conf = join(folder, 'softhsm2.conf');
    writeFileSync(conf, `directories.tokendir = ${folder}\nlog.level = ERROR\n`);
    return (
      says(/SoftHSM/, program, ['--module', module, '--show-info'], { env: { SOFTHSM2_CONF: conf } }) !== undefined
    );
  });

/** Debian keeps the programs themselves here; its `wine` on the PATH is a script around them. */
const wineParts = (...names) =>
  ['/usr/lib/wine', '/usr/lib/x86_64-linux-gnu/wine']
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .filter((path) => existsSync(path));

/** The file that fontconfig, and so Chromium, finds for a letter; nothing has U+10FFFF, which is no character. */
function fontFor(program, letter) {
  const list = (code) => ask(program, [`:charset=${code.toString(16)}`, 'file']).out.toString();
  const file = /^(.+?):?\s*$/m.exec(list(letter.codePointAt(0)))?.[1];
  return file !== undefined && existsSync(file) && list(0x10ffff).trim() === '' ? file : undefined;
}

const font = (script, letter, pack) => ({
  name: `a font with ${script} letters`,
  packages: ['fontconfig', pack],
  proof: `find a font that has “${letter}”`,
  candidates: () => candidates('fc-list'),
  check: (program) => fontFor(program, letter),
});

export const BUILD_TOOLS = [
  {
    name: 'C compiler',
    packages: ['gcc', 'libc6-dev'],
    proof: 'compile a program with stdio.h that runs',
    candidates: () => ['gcc', 'cc', 'clang'].flatMap(candidates),
    check: (program) => (compiles(program, '') ? (says(/\d+\.\d[\d.]*/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'libudev header',
    packages: ['libudev-dev'],
    proof: 'compile a program with libudev.h',
    candidates: (find) => [find('C compiler')].filter(Boolean),
    check: (program) => (compiles(program, '#include <libudev.h>') ? 'there' : undefined),
  },
  font('Greek', 'Ω', 'fonts-dejavu-core'),
  font('Cyrillic', 'Ж', 'fonts-dejavu-core'),
  font('Arabic', 'ك', 'fonts-dejavu-core'),
  font('Vietnamese', 'ễ', 'fonts-dejavu-core'),
  font('Thai', 'ส', 'fonts-tlwg-garuda-ttf'),
  font('Japanese', '鈴', 'fonts-wqy-zenhei'),
  {
    name: 'Wine',
    suite: 'long',
    packages: ['wine64'],
    proof: 'say which version it is, and refuse a folder for drive C that cannot be made',
    candidates: () => [...wineParts('wine64'), ...candidates('wine64'), ...candidates('wine')],
    check: (program) =>
      refuses(program, ['cmd', '/c', 'exit'], { env: { WINEPREFIX: '/dev/null/wine', WINEDEBUG: '-all', DISPLAY: '' } })
        ? says(/^wine-(\d\S*)/m, program, ['--version'])
        : undefined,
  },
  {
    name: 'wineserver',
    suite: 'long',
    packages: ['wine64'],
    proof: 'say which version it is, and refuse an option that does not exist',
    candidates: () => [...wineParts('wineserver64', 'wineserver'), ...candidates('wineserver64'), ...candidates('wineserver')],
    check: (program) => (refuses(program, ['--no-such-option']) ? says(/^Wine (\d\S*)/m, program, ['--version']) : undefined),
  },
  {
    name: 'makensis',
    suite: 'long',
    packages: ['nsis'],
    proof: 'pack an executable',
    check: (program) => (packsAnExe(program) ? (says(/v?(\d+\.\d\S*)/, program, ['-VERSION']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'wixl',
    suite: 'long',
    packages: ['wixl'],
    proof: 'pack an MSI',
    check: (program) => (packsAnMsi(program) ? (says(/\d+\.\d[\d.]*/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'msibuild',
    suite: 'long',
    packages: ['msitools'],
    proof: 'write an MSI',
    check: (program) => (writesAnMsi(program) ? 'there' : undefined),
  },
  {
    name: 'osslsigncode',
    suite: 'long',
    packages: ['osslsigncode'],
    proof: 'say which version it is, and refuse a file that is not there',
    check: (program) =>
      refuses(program, ['verify', '-in', 'no-such-file.exe']) ? says(/osslsigncode (\d[\d.]*)/, program, ['--version']) : undefined,
  },
  {
    name: 'softhsm2-util',
    suite: 'long',
    packages: ['softhsm2'],
    proof: 'say which version it is, and which options it takes',
    // It ends with 0 whatever it is asked.
    check: (program) => says(/--init-token[^]*--so-pin/, program, ['--help']) && says(/^\d+\.\d[\d.]*/m, program, ['--version']),
  },
  {
    name: 'pkcs11-tool',
    suite: 'long',
    packages: ['opensc'],
    proof: 'say which options it takes, and refuse a module that is not there',
    check: (program) =>
      refuses(program, ['--module', 'no-such-module.so', '--show-info']) && says(/--token-label/, program, ['--help'])
        ? 'there'
        : undefined,
  },
  {
    name: 'SoftHSM module',
    suite: 'long',
    packages: ['softhsm2', 'opensc'],
    proof: 'open as a PKCS#11 module',
    candidates: (find) => (find('pkcs11-tool') === undefined ? [] : SOFTHSM_MODULES.filter((path) => existsSync(path))),
    check: (module, find) => (opensModule(module, find('pkcs11-tool')) ? 'there' : undefined),
  },
  {
    name: 'OpenSSL engine pkcs11',
    suite: 'long',
    packages: ['libengine-pkcs11-openssl'],
    proof: 'have the engine pkcs11',
    candidates: (find) => [find('openssl')].filter(Boolean),
    check: (program) => says(/\(pkcs11\)/, program, ['engine', 'pkcs11']) && 'there',
  },
]; // prettier-ignore
