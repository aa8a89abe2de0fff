/**
 * What the admin page and the relay say to each other, under `/api/device`: a file a subject in this folder. Schemas,
 * because the OpenAPI document and the tests are made of them; the page takes their types only. Times are ISO 8601
 * unless a name says otherwise.
 */
import * as v from 'valibot';

export const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const Time = v.string();
