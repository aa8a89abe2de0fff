/** What GitHub shows to anyone who comes: forms, the template of a pull request, how we treat each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../support/docs/guide.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const FORMS = '.github/ISSUE_TEMPLATE';

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly string[] };
  readonly validations?: { readonly required: boolean };
}
interface Form {
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly body: readonly Field[];
}
const forms = readdirSync(join(root, FORMS))
  .filter((name) => name !== 'config.yml')
  .map((name) => [name, parse(read(`${FORMS}/${name}`)) as Form] as const);

describe('issue forms', () => {
  it('are for a fault, a display and a wish', () => {
    expect(forms.map(([name]) => name).sort()).toEqual(['bug.yml', 'display.yml', 'feature.yml']);
  });

  // GitHub shows a form that breaks one of these as no form at all, and says so only to maintainers.
  it.each(forms)('%s is one that GitHub takes', (_name, { name, description, labels, body }) => {
    expect([name, description].every((text) => typeof text === 'string' && text !== '')).toBe(true);
    expect(labels).toHaveLength(1);
    const asked = body.filter(({ type }) => type !== 'markdown');
    const ids = asked.map(({ id }) => id ?? '');
    expect(new Set(ids).size).toBe(asked.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    const labelsOf = asked.map(({ attributes }) => attributes.label);
    expect(new Set(labelsOf).size).toBe(asked.length);
    for (const { type, attributes } of asked) {
      expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
      expect(typeof attributes.label).toBe('string');
      if (type !== 'dropdown') continue;
      const options = attributes.options ?? [];
      expect(options.length).toBeGreaterThan(1);
      expect(new Set(options).size).toBe(options.length);
      // GitHub keeps “None” for itself.
      for (const option of options) expect(option).toMatch(/^(?!none$).+/i);
    }
    expect(asked.some(({ validations }) => validations?.required === true)).toBe(true);
  });

  it('ask for the log by the words of the page that has it', () => {
    const words = sources('kiosk/pages/kiosk');
    for (const name of ['bug.yml', 'display.yml'])
      for (const word of ['Log', 'Download']) {
        expect(read(`${FORMS}/${name}`)).toContain(word);
        expect(words).toContain(word);
      }
  });

  it('speak of files that are there', () => {
    const texts = [
      ...readdirSync(join(root, FORMS)).map((name) => `${FORMS}/${name}`),
      '.github/pull_request_template.md',
    ];
    const named = texts.flatMap((path) => [...read(path).matchAll(/\b((?:docs\/)?[\w-]+\.md)\b/g)]);
    expect(named.length).toBeGreaterThan(3);
    for (const [name] of named) expect(existsSync(join(root, name)), name).toBe(true);
  });
});

function sources(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`${folder}/${name}`))
    .join('\n');
}

it('the code of conduct says where to turn to, and that place says how', () => {
  expect(read('CODE_OF_CONDUCT.md')).toContain('(SECURITY.md)');
  expect(read('SECURITY.md')).toMatch(/in private: .*_Report a vulnerability_/);
});

it('the template of a pull request names scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read('.github/pull_request_template.md').matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
  expect(named).toEqual(['check']);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});
