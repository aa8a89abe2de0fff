/** The API described in OpenAPI 3.1, made of the route table and the schemas by which the relay itself parses. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { API_ERRORS, type ApiErrorCode } from '../../shared/wire/errors.ts';
import { version } from '../version.ts';
import { codesOf, type Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What JSON Schema cannot say (a number taken as a string, a check across fields) is left out; the relay's own sentence
 * says it.
 */
function schemaOf(schema: v.GenericSchema, typeMode: 'input' | 'output'): Json {
  const { $schema: _draft, ...json } = toJsonSchema(schema, { typeMode, errorMode: 'ignore', target: 'draft-2020-12' });
  return json;
}

const PARAMETER = /:([a-z_]+)/g;

function parametersOf({ path, query }: Route): Json[] {
  const inPath = [...path.matchAll(PARAMETER)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (!query) return inPath;
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

function refusalsOf(route: Route): Json {
  const byStatus = new Map<number, ApiErrorCode[]>();
  for (const code of codesOf(route)) {
    const status = API_ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, codes]) => [
        status,
        {
          description: codes.join(', '),
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['error', 'code'],
                properties: {
                  error: { type: 'string', description: 'A sentence for a person.' },
                  code: { type: 'string', enum: codes },
                },
              },
            },
          },
        },
      ]),
  );
}

function securityOf({ access }: Route): Json[] {
  if (access === 'open') return [];
  const session = Array.isArray(access) && access.includes('admin') ? [{ session: [] }] : [];
  return [{ key: [] }, { bearer: [] }, ...session];
}

function operationOf(route: Route): Json {
  const { access, answer, body, method, path, produces, summary } = route;
  const roles = typeof access === 'string' ? access : access.join(', ');
  const answers = [
    ...(answer ? [['application/json', { schema: schemaOf(answer, 'output') }] as const] : []),
    ...(produces ?? []).map((type) => [type, { schema: { type: 'string' } }] as const),
  ];
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+(.)?/g, (_all, next?: string) => next?.toUpperCase() ?? '')}`,
    summary,
    description: `Role: ${roles}.`,
    security: securityOf(route),
    parameters: parametersOf(route),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: {
      200: { description: 'Done.', content: Object.fromEntries(answers) },
      ...refusalsOf(route),
    },
  };
}

export function openApi(routes: readonly Route[], basePath: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(PARAMETER, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Counter QR relay',
      version,
      description: 'Puts a payment QR on the display at an agent’s counter. Explained with examples in docs/api.md.',
    },
    servers: [{ url: `${basePath}/api/device` }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer', description: 'A key, a display’s token or an agent’s JWT.' },
        session: { type: 'apiKey', in: 'cookie', name: 'counterqr_admin' },
      },
    },
  };
}
