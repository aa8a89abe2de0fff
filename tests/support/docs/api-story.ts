/** Runs the examples of docs/api.md against a relay, one after the other. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Story, type Example } from './api-doc.ts';
import { KEYS, type RelayApp } from '../relay-app.ts';

/** Enough of an event stream to compare. */
const STREAM_ENDS_AFTER = /event: stats\n/;

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** The update that the document speaks of. */
async function publishUpdate(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const content = 'the new program';
  const manifest = JSON.stringify({
    product: 'counterqr-tray',
    version: '1.1.0',
    platform: 'win32-x64',
    file: 'CounterQR-1.1.0.exe',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    signed_at: '2026-01-05T08:00:00.000Z',
  });
  const signature = sign(null, Buffer.from(manifest), generateKeyPairSync('ed25519').privateKey).toString('base64');
  await writeFile(join(dir, 'CounterQR-1.1.0.exe'), content);
  await writeFile(join(dir, 'win32-x64.json'), JSON.stringify({ manifest, signature, percent: 100 }));
}

export async function beginStory(relay: RelayApp): Promise<Story> {
  await publishUpdate(relay.deps.config.updateDir);
  return new Story({
    APP_KEY: KEYS.app,
    ENROL_KEY: KEYS.enrol,
    ADMIN_KEY: KEYS.admin,
    DEMO_TOKEN: relay.deps.demoKeys?.token ?? '',
  });
}

export async function tell(relay: RelayApp, story: Story, example: Example): Promise<Told> {
  const body = example.body === undefined ? undefined : story.fill(example.body);
  const headers = Object.fromEntries(Object.entries(example.headers).map(([name, value]) => [name, story.fill(value)]));
  const given = new AbortController();
  const response = await fetch(relay.url + story.fill(example.path), {
    method: example.method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
    signal: given.signal,
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (cookie !== undefined && !cookie.endsWith('=')) story.known.set('SESSION_COOKIE', cookie);
  let text = '';
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    if (isStream && STREAM_ENDS_AFTER.test(text)) break;
  }
  given.abort();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, text, json: isJson ? (JSON.parse(text) as unknown) : undefined };
}

/** Where the answer is not what the document says. */
export function compareTold(story: Story, example: Example, { status, text, json }: Told): string[] {
  if (status !== example.status) return [`the status is ${status}, not ${example.status}: ${text.slice(0, 500)}`];
  if (example.answerKind === 'json') return story.compare(JSON.parse(example.answer), json);
  return example.answer
    .split('\n')
    .filter((line) => !text.includes(line))
    .map((line) => `"${line}" is not in the answer: ${text.slice(0, 500)}`);
}
