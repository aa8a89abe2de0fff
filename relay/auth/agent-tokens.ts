/** An agent's short-lived token (JWT): which agent it speaks for, or in a sentence why it speaks for none. */
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import * as v from 'valibot';
import { ApiError } from '../../shared/wire/errors.ts';
import { Id } from '../../shared/wire/fields.ts';
import type { Config } from '../config.ts';
import { KeySetUnavailable, RemoteKeySet } from './remote-key-set.ts';

/** A token in a page is to be useless the next day. */
const MAX_TOKEN_SECONDS = 24 * 3600;
/** How far the clock of the server that signs may be from the relay's. */
const TOLERANCE_SECONDS = 30;
/** After this many seconds a caller asks again when the provider's keys could not be had. */
const RETRY_SECONDS = 5;

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;
type AgentTokenConfig = Pick<Config, 'agentJwtSecret' | 'agentJwksUrl' | 'agentJwtAudience' | 'agentJwtIssuer'>;

export interface AgentTokensOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Is told why the provider's keys could not be fetched. */
  readonly onKeysProblem: (cause: unknown) => void;
}

export class AgentTokens {
  readonly #verify: Verify | undefined;
  readonly #options: JWTVerifyOptions;
  /** What signs: for sentences. */
  readonly #signedWith: string;

  constructor(config: AgentTokenConfig, { now, onKeysProblem }: AgentTokensOptions) {
    this.#verify = verifier(config, now, onKeysProblem);
    this.#signedWith = config.agentJwksUrl === undefined ? 'secret' : 'key';
    this.#options = {
      algorithms: config.agentJwksUrl === undefined ? ['HS256'] : ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockTolerance: TOLERANCE_SECONDS,
      ...(config.agentJwtAudience && { audience: [...config.agentJwtAudience] }),
      ...(config.agentJwtIssuer && { issuer: [...config.agentJwtIssuer] }),
    };
  }

  /** Whether this is for `agentOf` to judge: tokens have three parts, and nothing else that is sent has. */
  takes(token: string): boolean {
    return this.#verify !== undefined && token.split('.').length === 3;
  }

  /** Rejects with `unauthorized`, whose cause is for the log, or with `token_keys_unavailable`. */
  async agentOf(token: string): Promise<string> {
    if (!this.#verify) throw refusal('This relay takes no agent tokens.', 'neither a secret nor a key set is set');
    const { payload } = await this.#verify(token, this.#options).catch((error: unknown) => {
      throw this.#refusalOf(error);
    });
    return agentNamedIn(payload);
  }

  #refusalOf(error: unknown): unknown {
    if (error instanceof KeySetUnavailable) {
      const said = 'The keys that agent tokens are checked with cannot be had right now; try again in a moment.';
      const unavailable = new ApiError('token_keys_unavailable', said, {}, { 'Retry-After': String(RETRY_SECONDS) });
      unavailable.cause = error.cause;
      return unavailable;
    }
    if (error instanceof errors.JWTExpired)
      return refusal('This agent token has run out; ask the web app for a new one.', error.message);
    if (error instanceof errors.JWTClaimValidationFailed) return refusal(sentenceOf(error), error.message);
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
      return refusal(
        `This agent token was signed with another ${this.#signedWith} than the relay has; compare the two.`,
        error.message,
      );
    if (error instanceof errors.JOSEAlgNotAllowed)
      return refusal('This agent token was signed with an algorithm that the relay does not take.', error.message);
    return refusal('This agent token cannot be read as a signed JWT.', error instanceof Error ? error.message : '');
  }
}

function verifier(
  { agentJwtSecret, agentJwksUrl }: AgentTokenConfig,
  now: () => number,
  onProblem: (cause: unknown) => void,
): Verify | undefined {
  if (agentJwtSecret !== undefined) {
    const secret = new TextEncoder().encode(agentJwtSecret);
    return (token, options) => jwtVerify(token, secret, options);
  }
  if (agentJwksUrl === undefined) return undefined;
  const keySet = new RemoteKeySet({ url: agentJwksUrl, now, onProblem });
  return (token, options) => jwtVerify(token, keySet.find, options);
}

function refusal(sentence: string, cause: string): ApiError {
  const error = new ApiError('unauthorized', sentence);
  error.cause = cause;
  return error;
}

function sentenceOf({ claim, reason }: errors.JWTClaimValidationFailed): string {
  switch (claim) {
    case 'aud':
      return 'This agent token is made for another app; its aud must be what AGENT_JWT_AUDIENCE of the relay says.';
    case 'iss':
      return 'This agent token comes from another issuer; its iss must be what AGENT_JWT_ISSUER of the relay says.';
    case 'nbf':
      return reason === 'invalid'
        ? 'The nbf of this agent token is no number of seconds.'
        : 'This agent token is not valid yet; set the clock of the server that signs it.';
    case 'exp':
      return 'The exp of this agent token is no number of seconds.';
    default:
      return `The ${claim} of this agent token is not valid.`;
  }
}

function agentNamedIn({ exp, sub }: JWTPayload): string {
  if (exp === undefined)
    throw refusal('This agent token has no exp; sign it with an end some minutes ahead.', 'no "exp" claim');
  if (exp > Date.now() / 1000 + MAX_TOKEN_SECONDS + TOLERANCE_SECONDS)
    throw refusal(
      'This agent token is valid for more than 24 hours; sign one for some minutes.',
      '"exp" is more than 24 hours ahead',
    );
  // JSON.parse has rounded a larger number, so that it may name another agent.
  const isRounded = typeof sub === 'number' && !Number.isSafeInteger(sub);
  const agent = v.safeParse(Id, sub);
  if (!agent.success || isRounded)
    throw refusal(
      'This agent token names no agent; its sub must be the agent’s id, a text of 1 to 128 characters or a whole number.',
      sub === undefined ? 'no "sub" claim' : '"sub" is no id',
    );
  return agent.output;
}
