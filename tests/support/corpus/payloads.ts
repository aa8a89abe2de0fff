/** What payment codes say: links, bank strings with a checksum, wallets, names in other scripts. */
import { encode } from 'uqr';
import type { Ecc } from './codes.ts';
import type { Dice } from './random.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_';

const token = (dice: Dice, length: number): string =>
  Array.from({ length }, () => TOKEN.charAt(dice.whole(0, TOKEN.length - 1))).join('');

/** A link whose code has just this version. */
export function linkOfVersion(dice: Dice, version: number, ecc: Ecc): string {
  let text = version === 1 ? '' : 'https://p.io/';
  for (;;) {
    const longer = text + token(dice, version > 6 ? 4 : 1);
    if (encode(longer, { ecc, border: 0 }).version > version) return text;
    text = longer;
  }
}

const dataObject = (id: string, value: string): string => `${id}${String([...value].length).padStart(2, '0')}${value}`;

/** A Thai-style merchant code (EMV QRCPS). @param checksum what to make of its last four digits */
export function emvString(dice: Dice, checksum: 'right' | 'wrong'): string {
  const account = dataObject('00', 'A000000677010111') + dataObject('01', `00668${dice.whole(10_000_000, 99_999_999)}`);
  const amount = (dice.whole(100, 9_999_999) / 100).toFixed(2);
  const body =
    dataObject('00', '01') + dataObject('01', '12') + dataObject('29', account) + dataObject('53', '764') +
    dataObject('54', amount) + dataObject('58', 'TH') + dataObject('59', 'ACME INSURANCE') + dataObject('60', 'BANGKOK') + '6304'; // prettier-ignore
  const right = ccitt(body);
  return body + (checksum === 'right' ? right : ccitt(`${body}x`) === right ? '0000' : ccitt(`${body}x`));
}

/** CRC-16/CCITT-FALSE by table, unlike the product's. */
function ccitt(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text)) {
    let x = (crc >> 8) ^ byte;
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

export const otherScripts = (dice: Dice): string =>
  dice.pick([
    'ชำระเงิน 1,200.50 บาท',
    'Zahlung für Jürgen Groß – 12,50 €',
    '支払い 佐藤様 ¥1200',
    'دفع ١٢٠٠ محمد',
    'Оплата №17 Ёжик',
  ]);
