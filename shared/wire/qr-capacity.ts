/**
 * How long a text may be so that its code has modules that this display can show: up to version 35, at 2 px (place.ts).
 */
type EccLevel = 'L' | 'M' | 'Q' | 'H';

/** Of version 35 (ISO/IEC 18004, table 7), by how the text is packed. */
const CAPACITY: Readonly<Record<'digits' | 'capitals' | 'bytes', Readonly<Record<EccLevel, number>>>> = {
  digits: { L: 5_529, M: 4_343, Q: 3_081, H: 2_361 },
  capitals: { L: 3_351, M: 2_632, Q: 1_867, H: 1_431 },
  bytes: { L: 2_303, M: 1_809, Q: 1_283, H: 983 },
};

/** Undefined where the text fits; else a sentence for the caller. */
export function qrTextRefusal(text: string, ecc: EccLevel): string | undefined {
  const packing = /^\d+$/.test(text) ? 'digits' : /^[A-Z0-9 $%*+./:-]+$/.test(text) ? 'capitals' : 'bytes';
  const most = CAPACITY[packing][ecc];
  const length = packing === 'bytes' ? new TextEncoder().encode(text).length : text.length;
  if (length <= most) return undefined;
  const unit = packing === 'bytes' ? 'bytes' : 'characters';
  return `qr_text has ${length} ${unit}; at most ${most} fit this display at error correction ${ecc}. Send a shorter text.`;
}
