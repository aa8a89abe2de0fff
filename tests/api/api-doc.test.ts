/**
 * docs/api.md and the OpenAPI document against the route table: every call is there, its codes are, and the examples
 * are what a relay answers.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_ERRORS, type ApiErrorCode } from '../../shared/wire/errors.ts';
import { PictureFacts } from '../../shared/wire/picture.ts';
import { allRoutes, describing } from '../../relay/app.ts';
import { codesOf, type Route } from '../../relay/routes/route.ts';
import { readApiDoc, type Section, type Story } from '../support/docs/api-doc.ts';
import { beginStory, compareTold, tell } from '../support/docs/api-story.ts';
import { RelayApp } from '../support/relay-app.ts';

const text = await readFile(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const sections = readApiDoc(text);
const routes = [...allRoutes, describing(allRoutes, '')];
const nameOf = ({ method, path }: Pick<Section, 'method' | 'path'>): string => `${method.toUpperCase()} ${path}`;

describe('docs/api.md', () => {
  it('has every call once, and none that is not there', () => {
    expect(sections.map(nameOf).sort()).toEqual(routes.map(nameOf).sort());
  });

  it('names every code of every call, and no other', () => {
    const general = codesOf({ method: 'post', path: '', access: ['app'], body: v.object({}) } as unknown as Route);
    for (const route of routes) {
      const { codes } = sections.find((section) => nameOf(section) === nameOf(route)) as Section;
      expect([...codes].sort(), nameOf(route)).toEqual(
        [
          ...new Set(
            (route.errors ?? []).filter(
              (code) => !general.includes(code) || ['unauthorized', 'forbidden'].includes(code),
            ),
          ),
        ].sort(),
      );
    }
  });

  it('lists the codes that any call may answer with their statuses', () => {
    const named = new Set(routes.flatMap(({ errors = [] }) => errors));
    const table = new Map(
      [...text.matchAll(/^ *\| `([a-z_]+)` +\| (\d{3}) /gm)].map(([, code, status]) => [code, Number(status)]),
    );
    for (const [code, status] of table) expect(API_ERRORS[code as ApiErrorCode], code).toBe(status);
    for (const code of Object.keys(API_ERRORS) as ApiErrorCode[])
      expect(table.has(code) || named.has(code), `${code} is told somewhere`).toBe(true);
  });

  it('names every field that a call takes', () => {
    const untold = routes.flatMap((route) => {
      const { prose, examples } = sections.find((section) => nameOf(section) === nameOf(route)) as Section;
      const told = [prose, ...examples.map(({ path, body }) => `${path} ${body ?? ''}`)].join(' ');
      return [route.body, route.query]
        .flatMap((schema) => Object.keys((schema as { entries?: object } | undefined)?.entries ?? {}))
        .filter((field) => !new RegExp(`\\b${field}\\b`).test(told))
        .map((field) => `${nameOf(route)}: ${field}`);
    });
    expect(untold).toEqual([]);
  });

  it('names the facts of a picture as the schema has them', () => {
    const { prose } = sections.find((section) => nameOf(section) === 'POST /status') as Section;
    const sentence = /`picture` tells what was shown: ([^.]*)\./.exec(prose)?.[1] ?? '';
    const told = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(told).toEqual(Object.keys(PictureFacts.entries));
  });

  it('has an example of every call', () => {
    for (const section of sections) {
      const pattern = new RegExp(
        `^/api/device${section.path.replaceAll('/', '\\/').replace(/:[a-z_]+/g, '[^/?]+')}(\\?|$)`,
      );
      const own = section.examples.filter(({ method, path }) => method === section.method && pattern.test(path));
      expect(own.length, nameOf(section)).toBeGreaterThan(0);
    }
  });
});

describe('the examples', () => {
  let relay: RelayApp;
  let story: Story;
  beforeAll(async () => {
    relay = await RelayApp.start();
    story = await beginStory(relay);
  });
  afterAll(() => relay.stop());

  for (const section of sections)
    it(nameOf(section), async () => {
      for (const example of section.examples) {
        const told = await tell(relay, story, example);
        expect(compareTold(story, example, told), `docs/api.md:${example.line}`).toEqual([]);
        // What is documented as the schema is what is answered, to the last field.
        const route = routes.find(
          ({ method, path }) =>
            method.toUpperCase() === example.method &&
            new RegExp(`^/api/device${path.replace(/:[a-z_]+/g, '[^/?]+')}$`).test(example.path.split('?')[0]),
        );
        if (route?.answer && told.json !== undefined && told.status === 200)
          expect(v.parse(route.answer, told.json)).toEqual(told.json);
      }
    });
});

describe('openapi.json', () => {
  interface Operation {
    readonly operationId: string;
    readonly parameters: readonly { readonly name: string; readonly in: string }[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
    readonly responses: Readonly<
      Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
    >;
  }
  let document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  beforeAll(async () => {
    const relay = await RelayApp.start({ env: { BASE_PATH: '/counterqr' } });
    const { body } = await relay.get('/openapi.json');
    document = body as typeof document;
    expect(body.servers).toEqual([{ url: '/counterqr/api/device' }]);
    await relay.stop();
  });

  it('has every call with its parameters, body, answer and codes', () => {
    for (const route of routes) {
      const operation = document.paths[route.path.replace(/:([a-z_]+)/g, '{$1}')][route.method];
      const parameters = operation.parameters.map(({ name }) => name);
      for (const [, name] of route.path.matchAll(/:([a-z_]+)/g)) expect(parameters).toContain(name);
      const entries = (route.query as { entries?: object } | undefined)?.entries ?? {};
      for (const name of Object.keys(entries)) expect(parameters, nameOf(route)).toContain(name);
      expect(operation.requestBody !== undefined, nameOf(route)).toBe(route.body !== undefined);
      for (const code of codesOf(route))
        expect(JSON.stringify(operation.responses[API_ERRORS[code]]), nameOf(route)).toContain(`"${code}"`);
      const media = Object.keys(operation.responses['200'].content ?? {});
      expect(media.includes('application/json'), nameOf(route)).toBe(route.answer !== undefined);
      expect(media.length, nameOf(route)).toBeGreaterThan(0);
    }
  });

  it('describes bodies by the schemas that parse them', () => {
    const { schema } = document.paths['/qr']['post'].requestBody?.content['application/json'] ?? {};
    expect(schema).toMatchObject({
      type: 'object',
      properties: {
        qr_image: { type: 'string', maxLength: 2_000_000 },
        expires_in: { type: 'number', minimum: 1, maximum: 86_400 },
      },
    });
  });

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('postDeviceDeviceIdTest');
  });
});
