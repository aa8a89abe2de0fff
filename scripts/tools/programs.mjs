/** Programs that guides, deploy/ and tests use: each is asked for something that it has to work out. */
import { createHash, createHmac, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ask, candidates, inFolder, refuses, says } from './ask.mjs';

const WORD = 'counterqr';
const SHA256 = createHash('sha256').update(WORD).digest('hex');
const HMAC = createHmac('sha256', 'key').update(WORD).digest('hex');
/** Git's name for a file that holds this word. */
const BLOB = createHash('sha1').update(`blob ${WORD.length}\0${WORD}`).digest('hex');
const UNKNOWN = 'of an unknown version';

const nginxConf = (folder, more) =>
  [
    `pid "${folder}/nginx.pid"; error_log stderr; events {}`,
    `http { access_log off; client_body_temp_path "${folder}/body"; proxy_temp_path "${folder}/proxy";`,
    `fastcgi_temp_path "${folder}/fastcgi"; uwsgi_temp_path "${folder}/uwsgi"; scgi_temp_path "${folder}/scgi"; ${more} }`,
  ].join('\n');

function isNginx(program) {
  return inFolder((folder) => {
    const testArguments = (name, more) => {
      writeFileSync(join(folder, name), nginxConf(folder, more));
      return ['-t', '-p', folder, '-c', join(folder, name), '-e', 'stderr'];
    };
    // Not a port: one below 1024 is root's, and any other may be taken.
    const good = testArguments('good.conf', `server { listen "unix:${folder}/socket"; }`);
    return ask(program, good).status === 0 && refuses(program, testArguments('bad.conf', 'no_such_word on;'));
  });
}

/** A library that programs are started with lies in a folder of its own, in the one for this processor. */
function librariesIn(folder, file) {
  const roots = ['/usr/lib', '/usr/local/lib'].filter((root) => existsSync(root));
  const places = roots.flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))]);
  return places.map((place) => join(place, folder, file)).filter((path) => existsSync(path));
}

const makesCertificates = (program) =>
  inFolder((folder) => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
    const what = ['-out', certificate, '-days', '2', '-subj', `/CN=${WORD}`, '-addext', 'keyUsage=digitalSignature'];
    ask(program, ['req', '-x509', ...newKey, ...what]);
    return existsSync(certificate) && new X509Certificate(readFileSync(certificate)).subject === `CN=${WORD}`;
  });

const SERVICE = (restart) => `[Service]\nType=oneshot\nExecStart=/bin/sh -c true\nRestart=${restart}\n`;

const readsUnits = (program) =>
  inFolder((folder) => {
    const unit = (name, restart) => {
      writeFileSync(join(folder, name), SERVICE(restart));
      return join(folder, name);
    };
    const good = ask(program, ['verify', unit('good.service', 'no')]);
    const bad = ask(program, ['verify', unit('bad.service', 'sometimes')]);
    const security = ask(program, ['security', '--offline=true', unit('good.service', 'no')]);
    return good.status === 0 && bad.text.includes('bad.service') && security.text.includes('good.service');
  });

const rotates = (program) =>
  inFolder((folder) => {
    const log = join(folder, 'a.log');
    const conf = join(folder, 'a.conf');
    writeFileSync(log, WORD, { mode: 0o600 });
    writeFileSync(conf, `"${log}" {\n  rotate 1\n}\n`, { mode: 0o600 });
    ask(program, ['--force', '--state', join(folder, 'state'), conf]);
    return existsSync(`${log}.1`);
  });

const archives = (program) =>
  inFolder((folder) => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', WORD), WORD);
    ask(program, ['-czf', join(folder, 'a.tgz'), '-C', join(folder, 'in'), '.']);
    return ask(program, ['-tzf', join(folder, 'a.tgz')]).text.includes(`./${WORD}`);
  });

const readsFiles = (program) =>
  inFolder((folder) => {
    writeFileSync(join(folder, WORD), SHA256);
    return ask(program, ['-fsS', pathToFileURL(join(folder, WORD)).href]).out.toString() === SHA256;
  });

const takesRules = (program) =>
  inFolder((folder) => {
    const rules = (name, expression) => {
      const text = `groups:\n- name: a\n  rules:\n  - record: a:b\n    expr: ${expression}\n`;
      writeFileSync(join(folder, name), text);
      return ['check', 'rules', join(folder, name)];
    };
    return ask(program, rules('good.yml', 'up')).status === 0 && refuses(program, rules('bad.yml', 'sum(('));
  });

/** `program` answers this, which no fixed line is. */
const worksOut = (program, args, answer, options) => ask(program, args, options).out.toString().includes(answer);

export const PROGRAMS = [
  {
    name: 'bash',
    packages: ['bash'],
    proof: 'multiply 3467 by 8123',
    check: (program) => says(/^(\d+\.\d+) 28162441$/m, program, ['-c', 'echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]} $((3467 * 8123))"']),
  },
  {
    name: 'tar',
    packages: ['tar'],
    proof: 'be GNU tar, and list what it has packed',
    candidates: () => [...candidates('tar'), ...candidates('gtar')],
    check: (program) => (archives(program) ? says(/GNU tar\) (\d[\d.]*)/, program, ['--version']) : undefined),
  },
  {
    name: 'curl',
    packages: ['curl'],
    proof: 'print a file by its address',
    check: (program) => (readsFiles(program) ? (says(/^curl (\d[\d.]*)/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'git',
    packages: ['git'],
    proof: 'work out the name of an object',
    check: (program) =>
      worksOut(program, ['hash-object', '--stdin'], BLOB, { input: WORD })
        ? (says(/version (\d[\d.]*)/, program, ['--version']) ?? UNKNOWN)
        : undefined,
  },
  {
    name: 'openssl',
    packages: ['openssl'],
    proof: 'work out a hash and make a certificate',
    check: (program) =>
      worksOut(program, ['dgst', '-sha256'], SHA256, { input: WORD }) && makesCertificates(program)
        ? (says(/(?:OpenSSL|LibreSSL) (\d[\w.]*)/, program, ['version']) ?? UNKNOWN)
        : undefined,
  },
  {
    name: 'nginx',
    packages: ['nginx'],
    proof: 'take a right configuration and refuse a wrong one',
    check: (program) => (isNginx(program) ? (says(/version: \w+\/(\d[\d.]*)/, program, ['-v']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'redis-server',
    packages: ['redis-server'],
    proof: 'say which version it is, and refuse a setting that does not exist',
    candidates: () => [...candidates('redis-server'), ...candidates('valkey-server')],
    check: (program) =>
      refuses(program, ['-'], { input: 'no-such-setting 1\n' }) ? says(/ v=(\d[\d.]*)/, program, ['--version']) : undefined,
  },
  {
    name: 'libfaketime',
    packages: ['faketime'],
    proof: 'show a program another year',
    candidates: () => librariesIn('faketime', 'libfaketime.so.1'),
    check: (library) => {
      const env = { LD_PRELOAD: library, FAKETIME: '@2031-05-05 12:00:00', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      return says(/^2031$/m, process.execPath, ['-p', 'new Date().getFullYear()'], { env }) ? 'there' : undefined;
    },
  },
  {
    name: 'PHP',
    packages: ['php-cli'],
    proof: 'work out an HMAC',
    candidates: () => candidates('php'),
    check: (program) => says(new RegExp(`^(\\d[\\d.]*).* ${HMAC}$`, 'm'), program, ['-r', `echo PHP_VERSION, ' ', hash_hmac('sha256', '${WORD}', 'key');`]),
  },
  {
    name: 'Python',
    packages: ['python3'],
    proof: 'work out an HMAC',
    candidates: () => [...candidates('python3'), ...candidates('python')],
    check: (program) => says(new RegExp(`^(3[\\d.]+).* ${HMAC}$`, 'm'), program, ['-c', `import hmac, platform; print(platform.python_version(), hmac.new(b'key', b'${WORD}', 'sha256').hexdigest())`]),
  },
  {
    name: 'systemd-analyze',
    packages: ['systemd'],
    proof: 'take a right unit and name a wrong one',
    check: (program) => (readsUnits(program) ? (says(/systemd (\d+)/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'logrotate',
    packages: ['logrotate'],
    proof: 'rotate a file',
    check: (program) => (rotates(program) ? (says(/logrotate (\d[\d.]*)/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'Xvfb',
    packages: ['xvfb', 'xauth'],
    proof: 'say which options it takes, and refuse one that does not exist',
    check: (program) =>
      refuses(program, ['-no-such-option']) && says(/-displayfd/, program, ['-help']) ? 'there' : undefined,
  },
  {
    name: 'xdotool',
    suite: 'long',
    packages: ['xdotool'],
    proof: 'say which version it is, and refuse a command that does not exist',
    // `xdotool version` wants a display; the option does not.
    check: (program) => (refuses(program, ['no-such-command']) ? says(/xdotool version (\d[\d.]*)/, program, ['--version']) : undefined),
  },
  {
    name: 'promtool',
    suite: 'long',
    packages: ['prometheus'],
    proof: 'take right rules and refuse wrong ones',
    check: (program) => (takesRules(program) ? (says(/version (\d[\d.]*)/, program, ['--version']) ?? UNKNOWN) : undefined),
  },
  {
    name: 'buildah',
    suite: 'long',
    packages: ['buildah'],
    proof: 'say which version it is, and refuse a command that does not exist',
    check: (program) => (refuses(program, ['no-such-command']) ? says(/version (\d[\d.]*)/, program, ['--version']) : undefined),
  },
]; // prettier-ignore
