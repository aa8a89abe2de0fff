/** How unit reports, their schema and the table of them lie in files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { toJsonSchema } from '@valibot/to-json-schema';
import { format, resolveConfig } from 'prettier';
import { DisplayReport } from '../../../shared/display/display-report.ts';
import { root } from '../docs/guide.ts';
import { unitTable } from './unit-table.ts';

export const unitsFolder = join(root, 'tests/units');

/** Names without `.json`, in the alphabet's order. */
export const unitNames = (): string[] =>
  readdirSync(unitsFolder)
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
export const unitText = (name: string): string => readFileSync(join(unitsFolder, `${name}.json`), 'utf8');
export const readUnit = (name: string): DisplayReport => v.parse(DisplayReport, JSON.parse(unitText(name)));

/** One event a line, so that a change is seen in the diff. */
export function reportFile({ events, ...head }: DisplayReport): string {
  const lines = events.map((event) => `    ${JSON.stringify(event)}`).join(',\n');
  return `${JSON.stringify({ ...head }, null, 2).slice(0, -2)},\n  "events": [\n${lines}\n  ]\n}\n`;
}

export const schemaFile = {
  path: join(root, 'docs/unit-report.schema.json'),
  async text(): Promise<string> {
    const json = JSON.stringify(toJsonSchema(DisplayReport), null, 2);
    return format(json, { ...(await resolveConfig(schemaFile.path)), parser: 'json' });
  },
};

const TABLE_BEGINS = '<!-- the units, as recorded: npm run unit-reports -->\n\n';
const TABLE_ENDS = '\n\n<!-- end of the units -->';

/** The page with the table that tests/units has now. @throws Error where its place in the page is gone */
export const displaysPage = {
  path: join(root, 'docs/displays.md'),
  text(): string {
    const page = readFileSync(this.path, 'utf8');
    const from = page.indexOf(TABLE_BEGINS) + TABLE_BEGINS.length;
    const to = page.indexOf(TABLE_ENDS);
    if (from < TABLE_BEGINS.length || to < from)
      throw new Error(`docs/displays.md needs ${TABLE_BEGINS.trim()} and, below it, ${TABLE_ENDS.trim()}.`);
    return page.slice(0, from) + unitTable(unitNames().map((name) => [name, readUnit(name)])) + page.slice(to);
  },
};
