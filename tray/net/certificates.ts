/**
 * Which authorities are trusted: Node's own, those of the system (a company's inspecting proxy is known only there),
 * and those of a file that the settings name.
 */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** There since Node 22.15; the executable brings such a Node, a run from source may not. */
type CertificateSource = { getCACertificates?: (kind: 'system' | 'extra') => string[] };

/** PEM texts. @param caFile path of more authorities in PEM; unreadable: throws with a sentence */
export function trustedAuthorities(caFile: string | undefined, onProblem: (text: string) => void): string[] {
  const more = caFile === undefined ? [] : [readAuthorities(caFile)];
  return [...tls.rootCertificates, ...fromSystem(onProblem), ...more];
}

function fromSystem(onProblem: (text: string) => void): string[] {
  const { getCACertificates } = tls as CertificateSource;
  if (getCACertificates === undefined) return [];
  try {
    return [...getCACertificates('system'), ...getCACertificates('extra')];
  } catch (error) {
    onProblem(`The system's certificates could not be read: ${String(error)}`);
    return [];
  }
}

function readAuthorities(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path} holds no PEM certificate.`);
  return text;
}
