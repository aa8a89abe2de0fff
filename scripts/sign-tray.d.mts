export function signerArguments(options: {
  readonly pkcs12?: string;
  readonly pkcs11Module?: string;
  readonly pkcs11Cert?: string;
  readonly key?: string;
  readonly passwordFile?: string;
}): string[];
export function signFile(path: string, signer: readonly string[], timestamp?: string): void;
export function isSigned(path: string): boolean;
export function verifyFile(path: string, caFile: string): void;
