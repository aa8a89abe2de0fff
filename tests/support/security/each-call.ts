/** Calls made of the table of routes: each with what its schema needs, and nothing more. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { Route } from '../../../relay/routes/route.ts';

interface Schema {
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface CallToMake {
  readonly method: string;
  /** Below /api/device, with its query. */
  readonly path: string;
  /** JSON. */
  readonly body: string | undefined;
}

/** Fields that name what is there, by their names. */
export type Known = Readonly<Record<string, string>>;

export function callOf({ method, path, body, query }: Route, known: Known): CallToMake {
  const asked = query ? leastOf(query, known) : {};
  const search = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)])).toString();
  return {
    method: method.toUpperCase(),
    path: path.replace(/:\w+/g, 'none') + (search === '' ? '' : `?${search}`),
    body: body ? JSON.stringify(leastOf(body, known)) : undefined,
  };
}

function leastOf(schema: NonNullable<Route['body']>, known: Known): Record<string, unknown> {
  const { properties = {}, required = [] } = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' }) as Schema;
  return Object.fromEntries(required.map((name) => [name, known[name] ?? valueOf(properties[name] ?? {})]));
}

function valueOf({ const: only, enum: choices, type }: Schema): unknown {
  if (only !== undefined) return only;
  if (choices) return choices[0];
  return type === 'number' || type === 'integer' ? 1 : type === 'boolean' ? true : type === 'object' ? {} : 'none';
}
