/** How unit reports and their schema lie in files. */
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { format, resolveConfig } from 'prettier';
import { DisplayReport } from '../../../shared/display/display-report.ts';
import { root } from '../docs/guide.ts';

export const unitsFolder = join(root, 'tests/units');

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
