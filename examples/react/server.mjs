/**
 * The web app's server, as small as it can be: its own log-in, the agent's token, its pages, and Counter QR on the same
 * origin.
 *
 *     AGENT_JWT_SECRET=… BASE_PATH=/counterqr node dist/relay/main.js     # the relay, in the repository's root
 *     AGENT_JWT_SECRET=… npm start                                         # this server, in examples/react
 */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const RELAY = new URL(process.env.RELAY_URL ?? 'http://localhost:5001');
const SECRET = process.env.AGENT_JWT_SECRET;
const TOKEN_SECONDS = 300;
if (!SECRET) {
  console.error('Set AGENT_JWT_SECRET to the same secret as the relay.');
  process.exit(1);
}

/** Who is logged in, by cookie. A real web app has its own. */
const sessions = new Map();

const base64url = (text) => Buffer.from(text).toString('base64url');

/** The agent's token: HS256, `sub` is the only agent it speaks for, and it is over in minutes. */
export function agentToken(agentId, secret = SECRET) {
  const now = Math.floor(Date.now() / 1000);
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
  const body = base64url(JSON.stringify({ sub: agentId, iat: now, exp: now + TOKEN_SECONDS }));
  const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

const { outputFiles } = await build({
  entryPoints: [join(here, 'src/main.jsx')],
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  // Loaded from the relay, which serves the version that fits it.
  external: ['/counterqr/*'],
});
const files = {
  '/': ['text/html; charset=utf-8', readFileSync(join(here, 'index.html'))],
  '/app.js': ['text/javascript; charset=utf-8', outputFiles[0].contents],
  '/app.css': ['text/css; charset=utf-8', readFileSync(join(here, 'src/app.css'))],
};

async function readJson(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text || '{}');
}

/** What nginx does in production (deploy/nginx.conf): the relay below /counterqr/ on the web app's own origin. */
function passOn(request, response) {
  const { hostname, port } = RELAY;
  const passed = ask(
    { hostname, port, path: request.url, method: request.method, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  passed.on('error', () => response.writeHead(502).end());
  response.on('close', () => passed.destroy());
  request.pipe(passed);
}

const cookieOf = (request) => /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

async function post(request, response, path) {
  const agent = sessions.get(cookieOf(request));
  switch (path) {
    case '/login': {
      const { name } = await readJson(request);
      const session = randomBytes(16).toString('hex');
      const found = { id: String(name).toLowerCase(), name };
      sessions.set(session, found);
      return json(response, 200, found, { 'Set-Cookie': `session=${session}; HttpOnly; SameSite=Strict; Path=/` });
    }
    case '/logout':
      sessions.delete(cookieOf(request));
      return json(response, 200, {});
    case '/token':
      return agent ? json(response, 200, { token: agentToken(agent.id) }) : json(response, 401, {});
    default:
      return json(response, 404, {});
  }
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname.startsWith('/counterqr/')) return passOn(request, response);
  if (request.method === 'POST') return void post(request, response, pathname).catch(() => json(response, 400, {}));
  const [type, content] = files[pathname] ?? [];
  if (!content) return response.writeHead(404).end();
  // Nothing inline, nothing from elsewhere: the SDK needs no exception.
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': "default-src 'self'" }).end(content);
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`The counter app is at http://localhost:${server.address().port}`),
);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
