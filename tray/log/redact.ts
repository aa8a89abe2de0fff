/** Takes out of a text what must never stand in a log: keys, tokens, pictures, payloads. */

export interface Redactor {
  /** A value that must not appear, e.g. the enrol key. Short ones are left alone, or they would eat words. */
  hide(secret: string): void;
  clean(text: string): string;
}

const MIN_SECRET_CHARS = 6;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/data:image\/[a-z]+;base64,[A-Za-z0-9+/=]+/gi, '[picture]'],
  [/\b(bearer|x-api-key:?)\s+\S+/gi, '$1 [hidden]'],
  [/\b((?:[a-z_]*token|enrol|enrol_key|api_key|password)["']?\s*[:=]\s*["']?)[^\s"',}&]+/gi, '$1[hidden]'],
  // User and password of a proxy.
  [/\b(https?:\/\/)[^\s/@]+@/gi, '$1[hidden]@'],
];

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    hide: (secret) => {
      if (secret.length >= MIN_SECRET_CHARS) secrets.add(secret);
    },
    clean: (text) => {
      let cleaned = text;
      for (const secret of secrets) cleaned = cleaned.replaceAll(secret, '[hidden]');
      for (const [pattern, instead] of PATTERNS) cleaned = cleaned.replace(pattern, instead);
      return cleaned;
    },
  };
}
