import js from '@eslint/js';
import globals from 'globals';
import lit from 'eslint-plugin-lit';
import ts from 'typescript-eslint';

/** A wall between folders: `folder` may not import anything matching `banned`. */
const wall = (files, banned, message) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: banned, message }] }] },
});

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
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
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
  wall(
    ['shared/**/*.ts'],
    '(^node:|/(node|relay|kiosk|tray|sdk)/|^(koa|lit|lowdb)$)',
    'shared/ knows neither DOM nor Node, and none of its users.',
  ),
  wall(['node/**/*.ts'], '/(relay|kiosk|tray|sdk)/', 'node/ imports nothing but shared/: relay and tray share it.'),
  wall(['relay/**/*.ts'], '/(kiosk|tray|sdk)/', 'relay/ imports shared/ and node/, never another program.'),
  wall(['tray/**/*.ts'], '/(kiosk|relay|sdk)/', 'tray/ imports shared/ and node/, never another program.'),
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
