/**
 * `npm run unit-reports`: writes tests/units, and into docs/ the JSON schema of a unit report and the table of the
 * units.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORDED_UNITS, recordUnit } from './unit-sessions.ts';
import { displaysPage, reportFile, schemaFile, unitsFolder } from './unit-files.ts';

writeFileSync(schemaFile.path, await schemaFile.text());
for (const [name, make] of Object.entries(RECORDED_UNITS))
  writeFileSync(join(unitsFolder, `${name}.json`), reportFile(await recordUnit(make)));
writeFileSync(displaysPage.path, displaysPage.text());
