import { describe, expect, it } from 'vitest';
import { crc16, emvChecksum } from './emv.ts';

describe('emvChecksum', () => {
  it('is CRC-16/CCITT-FALSE: the check value of that name', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
  });

  /**
   * A PromptPay code for 0.00 baht to a phone number that does not exist, its checksum worked out by an independent
   * program.
   */
  const rest = '00020101021129370016A000000677010111011300660000000005802TH530376463048956';

  it('takes a string whose checksum is right', () => {
    expect(emvChecksum(rest)).toBe('right');
    expect(emvChecksum(rest.replace(/8956$/, '8957'))).toBe('wrong');
  });

  it('takes small hexadecimal letters as well', () => {
    const body = '00020101021253037645802TH6304';
    const check = crc16(new TextEncoder().encode(body)).toString(16).padStart(4, '0');
    expect(emvChecksum(body + check.toLowerCase())).toBe('right');
    expect(emvChecksum(body + check.toUpperCase())).toBe('right');
  });

  it('counts a payment string without a checksum as wrong', () => {
    expect(emvChecksum('0002010102125802TH')).toBe('wrong');
  });

  it.each(['', 'https://example.com', '00020', '12345678', '0102110002016304ABCD'])('says nothing of %j', (text) => {
    expect(emvChecksum(text)).toBe('none');
  });

  // A web app had cut them at the length of a database column; the customer's bank said no more than "invalid".
  it.each(['0002019999', rest.slice(0, -1), rest.slice(0, 40), `${rest}\n`, '000201É'])(
    'tells that %j breaks off',
    (text) => {
      expect(emvChecksum(text)).toBe('malformed');
    },
  );
});
