/**
 * `node scripts/collection.mjs` writes examples/counterqr.postman_collection.json: every call of the API, for Postman
 * and what reads its collections (Bruno, Insomnia). Made of the OpenAPI document; a test holds the two together.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './is-main.mjs';
import { root } from './ready.mjs';

export const collectionFile = join(root, 'examples/counterqr.postman_collection.json');

/** What a person fills in once, and where the relay of `npm start` is. */
const VARIABLES = {
  relay: 'http://localhost:5001',
  app_key: '',
  enrol_key: '',
  admin_key: '',
  device_token: '',
  agent_id: '42',
  device_id: '',
  command_id: '',
};

/** Bodies that a schema alone does not give: which of several names, and values that make sense to a reader. */
const BODIES = {
  '/link': { agent_id: '{{agent_id}}', agent_name: 'Asha', computer_name: 'MY-PC' },
  '/qr': {
    agent_id: '{{agent_id}}',
    qr_text: 'https://pay.example/p/8842',
    customer_name: 'A. Ramgoolam',
    amount: '1250.00',
    currency: 'MUR',
    reference: '8842',
  },
  '/payment': { reference: '8842', status: 'paid' },
  '/register': { device_id: '{{device_id}}', computer_name: 'MY-PC', kind: 'kiosk' },
  '/enrol': { device_id: '{{device_id}}', computer_name: 'MY-PC' },
  '/admin/login': { key: '{{admin_key}}' },
  '/rotation/start': { command_id: '{{command_id}}', reason: 'cancelled' },
};

/** One folder a kind of caller, in the order in which they are met; a call is in the first that may make it. */
const FOLDERS = [
  { name: 'Web app', role: 'app', key: '{{app_key}}' },
  { name: 'Display', role: 'device', key: '{{device_token}}' },
  { name: 'Admin', role: 'admin', key: '{{admin_key}}' },
  { name: 'Open', role: 'open', key: undefined },
];

/** Open to anyone who has no token yet; the key says who lets the display in. */
const KEYS = { '/register': '{{enrol_key}}' };

const resolved = (schema) => schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0] ?? schema;

/** The smallest value that a schema takes. @param {string} name of the field, which may be a variable */
function example(name, schema) {
  if (name in VARIABLES) return `{{${name}}}`;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const one = resolved(schema);
  if (one !== schema) return example(name, one);
  switch (schema.type) {
    case 'object':
      return exampleObject(schema);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => example(name, schema.items ?? {}));
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return schema.minimum ?? 0;
    default:
      return name;
  }
}

const exampleObject = ({ properties = {}, required = [] }) =>
  Object.fromEntries(required.map((name) => [name, example(name, properties[name] ?? {})]));

function request(path, method, operation, key) {
  const { parameters = [], requestBody } = operation;
  const segments = path.split('/').slice(1);
  const filled = segments.map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    return name in VARIABLES ? `{{${name}}}` : `:${name}`;
  });
  const query = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, required, schema }) => ({
      key: name,
      value: name in VARIABLES ? `{{${name}}}` : String(schema?.default ?? schema?.enum?.[0] ?? ''),
      // Ticked only where the call does not work without.
      disabled: !required,
    }));
  const url = ['{{relay}}', 'api', 'device', ...filled];
  const ticked = query.filter(({ disabled }) => !disabled).map((one) => `${one.key}=${one.value}`);
  const variable = filled.filter((part) => part.startsWith(':')).map((part) => ({ key: part.slice(1), value: '' }));
  const schema = requestBody?.content?.['application/json']?.schema;
  return {
    method: method.toUpperCase(),
    auth: key === undefined ? { type: 'noauth' } : { type: 'bearer', bearer: [{ key: 'token', value: key }] },
    header: schema ? [{ key: 'Content-Type', value: 'application/json' }] : [],
    ...(schema ? { body: { mode: 'raw', raw: JSON.stringify(BODIES[path] ?? exampleObject(schema), null, 2) } } : {}),
    url: {
      raw: url.join('/') + (ticked.length > 0 ? `?${ticked.join('&')}` : ''),
      host: ['{{relay}}'],
      path: url.slice(1),
      ...(query.length > 0 ? { query } : {}),
      ...(variable.length > 0 ? { variable } : {}),
    },
    description: operation.description,
  };
}

/** A Postman collection (v2.1) of an OpenAPI document that this relay serves at /api/device/openapi.json. */
export function collection({ info, paths }) {
  const folders = new Map(FOLDERS.map(({ name }) => [name, []]));
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const roles = /^Role: (.+)\.$/.exec(operation.description)?.[1].split(', ') ?? [];
      const folder = FOLDERS.find(({ role }) => roles.includes(role));
      if (!folder)
        throw new Error(`${method} ${path} has no role that scripts/collection.mjs knows: ${roles.join(', ')}`);
      folders.get(folder.name).push({
        name: operation.summary,
        request: request(path, method, operation, KEYS[path] ?? folder.key),
        response: [],
      });
    }
  return {
    info: {
      name: info.title,
      description: `${info.description}\n\nFill in the variables of the collection first: the keys are in data/keys.json.`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: [...folders].map(([name, item]) => ({ name, item })),
    variable: Object.entries(VARIABLES).map(([key, value]) => ({ key, value })),
  };
}

async function apiDocument() {
  const { tsImport } = await import('tsx/esm/api');
  const { allRoutes, describing } = await tsImport('../relay/app.ts', import.meta.url);
  // The route writes its text into the answer, as Koa's context has it.
  const ctx = {};
  await describing(allRoutes, '').handle({ ctx });
  return JSON.parse(ctx.body);
}

if (isMain(import.meta.filename))
  writeFileSync(collectionFile, `${JSON.stringify(collection(await apiDocument()), null, 2)}\n`);
