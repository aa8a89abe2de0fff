/** Tokens that are nearly right: which are taken, and which sentence and which line of the log says why one is not. */
import { beforeAll, expect, it } from 'vitest';
import { SECRET, signWithSecret } from '../support/agent-token.ts';
import { onBothStores } from '../support/security/both-stores.ts';

const seconds = (more: number): number => Math.floor(Date.now() / 1000) + more;

const OTHER_SECRET = 'another-secret-of-at-least-32-chars!';

onBothStores(
  'a token that is not right',
  (relay) => {
    beforeAll(() => relay().counter('7', 'd7'));
    const send = (token: string) => relay().post('/qr', { agent_id: '7', qr_text: 'x' }, token);

    it.each([
      ['a sub that is a number', { sub: 7 }],
      ['an nbf one second ahead', { sub: '7', nbf: seconds(1) }],
      ['an end a few seconds ago', { sub: '7', exp: seconds(-5) }],
    ])('%s is taken', async (_what, claims) => {
      expect((await send(await signWithSecret(claims))).status).toBe(200);
    });

    it.each(['bearer', 'BEARER', 'Bearer  '])('the scheme written as "%s" is taken', async (scheme) => {
      const headers = { authorization: `${scheme} ${await signWithSecret({ sub: '7' })}` };
      const { status } = await relay().call('POST', '/qr', { headers, body: { agent_id: '7', qr_text: 'x' } });
      expect(status).toBe(200);
    });

    it('each mistake has a sentence of its own, and its reason is in the log with the request id', async () => {
      const mistakes: (readonly [Promise<string>, RegExp, RegExp])[] = [
        [signWithSecret({ sub: '7' }, OTHER_SECRET), /another secret/, /signature/],
        [signWithSecret({ sub: '7', exp: seconds(-60) }), /has run out/, /"exp"/],
        [signWithSecret({ sub: '7', exp: undefined }), /has no exp/, /no "exp"/],
        [signWithSecret({ sub: 7.5e300 }), /names no agent/, /"sub" is no id/],
        [signWithSecret({}), /names no agent/, /no "sub"/],
        [signWithSecret({ sub: '7', nbf: seconds(90) }), /not valid yet/, /"nbf"/],
        [signWithSecret({ sub: '7', exp: seconds(25 * 3600) }), /more than 24 hours/, /24 hours/],
        [signWithSecret({ sub: '7', exp: 'tomorrow' }), /exp .* no number/, /"exp"/],
        [Promise.resolve('a.b.c'), /cannot be read/, /./],
      ];
      for (const [signing, sentence, reason] of mistakes) {
        const { status, body, headers } = await send(await signing);
        expect([status, body.code]).toEqual([401, 'unauthorized']);
        expect(body.error).toMatch(sentence);
        const line = relay().logged.find(
          ({ msg, requestId }) => msg === 'an agent token was refused' && requestId === headers.get('x-request-id'),
        );
        expect(line?.['reason'], body.error as string).toMatch(reason);
      }
    });

    it.each([[{ id: 7 }], [[7]], [true], [null], [''], [' '], ['x'.repeat(129)], [2 ** 53], ['a\u0000b']])(
      'a sub of %j names nobody, and is no mistake of the relay',
      async (sub) => {
        const { status, body } = await send(await signWithSecret({ sub }));
        expect(status).toBe(401);
        expect(body.error).toContain('names no agent');
      },
    );
  },
  { AGENT_JWT_SECRET: SECRET },
);
