/**
 * A merchant-presented payment string as EMVCo's QR specification lays it out: tag, length, value, and a CRC at the
 * end. The merchant is made up. The code has the size of a real payment's.
 */

export interface Payment {
  readonly amount: string;
  /** ISO 4217, letters. */
  readonly currency: string;
  readonly reference: string;
}

/** ISO 4217 numbers of the currencies that the form offers. */
export const CURRENCIES: Readonly<Record<string, string>> = { MUR: '480', EUR: '978', USD: '840', ZAR: '710' };

const field = (tag: string, value: string): string => `${tag}${value.length.toString().padStart(2, '0')}${value}`;

export function paymentCode({ amount, currency, reference }: Payment): string {
  const account = field('00', 'com.example.pay') + field('01', '630400078842') + field('02', 'COUNTER01');
  const body =
    field('00', '01') +
    field('01', '12') +
    field('26', account) +
    field('52', '6300') +
    field('53', CURRENCIES[currency] ?? '480') +
    field('54', amount) +
    field('58', 'MU') +
    field('59', 'Example Insurance') +
    field('60', 'Port Louis') +
    field('62', field('05', reference.slice(0, 25))) +
    '6304';
  return body + crc16(body).toString(16).toUpperCase().padStart(4, '0');
}

/** CRC-16/CCITT-FALSE, as the specification asks for (polynomial 1021, initial value FFFF). */
function crc16(text: string): number {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff) >>> 0;
  }
  return crc;
}
