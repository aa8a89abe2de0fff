import js from '@eslint/js';
import globals from 'globals';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import lit from 'eslint-plugin-lit';
import ts from 'typescript-eslint';

/** A wall between folders: `folder` may not import anything matching `banned`. */
const wall = (files, banned, message) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: banned, message }] }] },
});

const SHARED_KNOWS_NOT = '(^node:|/(node|relay|kiosk|tray|sdk)/|^(koa|lit|lowdb)$)';
const RELAY_KNOWS_NOT = '(/(kiosk|tray)/|/sdk/(?!nearest-name\\.ts$))';
const TRAY_KNOWS_NOT = '/(kiosk|relay|sdk)/';

/** Folder by folder, the neighbours that it must not know. Arrows run one way: station → screen → display → util. */
const SHARED_FLOORS = {
  util: ['wire', 'picture', 'display', 'simulator', 'screen', 'station'],
  wire: ['util', 'picture', 'display', 'simulator', 'screen', 'station'],
  picture: ['display', 'simulator', 'screen', 'station'],
  display: ['picture', 'simulator', 'screen', 'station'],
  simulator: ['picture', 'screen', 'station'],
  screen: ['simulator', 'station'],
  station: ['simulator'],
};
/** The core decides and knows nobody; what shows a QR does not know what stands around it. */
const RELAY_FLOORS = {
  core: ['store', 'http', 'auth', 'routes', 'admin', 'fleet', 'webhooks', 'updates'],
  store: ['auth', 'routes', 'admin', 'fleet', 'webhooks', 'updates'],
  http: ['core', 'store', 'auth', 'routes', 'admin', 'fleet', 'webhooks', 'updates'],
  auth: ['http', 'routes', 'admin', 'fleet', 'webhooks', 'updates'],
  routes: ['admin', 'webhooks', 'updates'],
  fleet: ['http', 'auth', 'routes', 'admin', 'webhooks', 'updates'],
  webhooks: ['store', 'http', 'auth', 'routes', 'admin', 'fleet', 'updates'],
  updates: ['admin', 'fleet', 'webhooks'],
  admin: ['webhooks', 'updates'],
};

/** `start` wires the rest; the rest knows neither it nor more neighbours than it needs. */
const TRAY_FLOORS = {
  windows: ['image', 'instance', 'log', 'net', 'serial', 'settings', 'start', 'store', 'ui', 'update'],
  image: ['instance', 'log', 'net', 'serial', 'settings', 'start', 'store', 'ui', 'update', 'windows'],
  log: ['image', 'instance', 'net', 'serial', 'settings', 'start', 'store', 'ui', 'update', 'windows'],
  instance: ['image', 'log', 'net', 'serial', 'settings', 'start', 'store', 'update'],
  net: ['image', 'instance', 'log', 'serial', 'settings', 'start', 'store', 'ui', 'update'],
  serial: ['image', 'instance', 'log', 'net', 'settings', 'start', 'store', 'ui', 'update'],
  settings: ['image', 'instance', 'log', 'net', 'start', 'store', 'ui', 'update'],
  store: ['image', 'instance', 'net', 'serial', 'settings', 'start', 'ui', 'update'],
  ui: ['image', 'instance', 'net', 'serial', 'settings', 'start', 'store', 'update', 'windows'],
  update: ['image', 'instance', 'serial', 'settings', 'start', 'store', 'ui', 'windows'],
};

/** A wall for each folder of `area`, which its files of all depths must not climb. */
const floors = (area, above, banned) =>
  Object.entries(above).map(([folder, others]) =>
    wall(
      [`${area}/${folder}/**/*.ts`],
      `(${banned}|\\.\\./(${others.join('|')})/)`,
      `${area}/${folder} knows none of ${others.join(', ')}: arrows between the folders run one way.`,
    ),
  );

export default ts.config(
  { ignores: ['dist/', 'coverage/', 'data/', '.cache/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./*/tsconfig.json', './kiosk/worker/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
        // A constructor has no other way, and Lit's decorators take no #names.
        {
          selector:
            ':matches(PropertyDefinition, MethodDefinition, TSParameterProperty)[accessibility="private"]' +
            '[kind!="constructor"][decorators.length=0]',
          message: 'Use a #name, which is private at run time too.',
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver()],
      'import-x/extensions': ['.ts', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      // Prettier breaks code, and leaves comments alone.
      'max-len': ['error', { code: 10_000, comments: 120, ignoreUrls: true, ignorePattern: 'eslint-disable' }],
    },
  },
  { files: ['kiosk/**/*.ts'], ...lit.configs['flat/recommended'] },
  // Types of scripts: TypeScript checks them where they are used.
  {
    files: ['**/*.d.mts'],
    languageOptions: { parser: ts.parser },
    rules: { 'no-unused-vars': 'off', 'no-undef': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.test.ts', 'tests/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
  wall(['shared/**/*.ts'], SHARED_KNOWS_NOT, 'shared/ knows neither DOM nor Node, and none of its users.'),
  ...floors('shared', SHARED_FLOORS, SHARED_KNOWS_NOT),
  wall(['node/**/*.ts'], '/(relay|kiosk|tray|sdk)/', 'node/ imports nothing but shared/: relay and tray share it.'),
  wall(
    ['relay/**/*.ts'],
    RELAY_KNOWS_NOT,
    'relay/ imports shared/ and node/, of sdk/ only nearest-name.ts, and never another program.',
  ),
  ...floors('relay', RELAY_FLOORS, RELAY_KNOWS_NOT),
  wall(['tray/**/*.ts'], TRAY_KNOWS_NOT, 'tray/ imports shared/ and node/, never another program.'),
  ...floors('tray', TRAY_FLOORS, TRAY_KNOWS_NOT),
  wall(
    ['sdk/**/*.ts'],
    '/(node|relay|kiosk|tray|shared)/',
    'sdk/ is loaded by strangers’ pages: it imports nothing but itself.',
  ),
  wall(
    ['kiosk/**/*.ts'],
    '(/(node|relay|tray)/|/worker/(?!messages\\.ts|.*\\?worker)|/sdk/(?!display-discovery\\.ts$))',
    'kiosk pages import shared/; of the worker only messages.ts, of sdk/ only display-discovery.ts.',
  ),
  wall(
    ['kiosk/worker/**/*.ts'],
    '(/(relay|tray|sdk|elements|pages)/)',
    'The worker imports shared/ and its own folder.',
  ),
);
