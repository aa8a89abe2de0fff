/** `npm run unit-reports`: writes tests/units and the JSON schema of a unit report into docs/. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORDED_UNITS, recordUnit } from './unit-sessions.ts';
import { reportFile, schemaFile, unitsFolder } from './unit-files.ts';

writeFileSync(schemaFile.path, await schemaFile.text());
for (const [name, make] of Object.entries(RECORDED_UNITS))
  writeFileSync(join(unitsFolder, `${name}.json`), reportFile(await recordUnit(make)));
