/** What is tried for parameters of these names, whatever was answered before. */
const DATES = ['2026-01-05', '2026-01-05T10:00:00Z', '9999-12-31', '0001-01-01', '2026-13-45'];
export const NAMED_VALUES: Readonly<Record<string, readonly string[] | undefined>> = {
  computer_name: ['FUZZ-1', 'FUZZ-2', 'fuzz-1'],
  wait: ['0', '0.01', '0.02', '1e1', '-1'],
  new_token: ['a'.repeat(32), 'b'.repeat(64), 'too short'],
  idempotency_key: ['k1', 'k2', 'k3'],
  from: DATES,
  to: DATES,
  currency: ['VND', 'EUR', '€', ''],
  version: ['1.0.0', '1.2.3-rc.1', 'x'],
};
