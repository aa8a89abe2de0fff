/**
 * The checksum inside EMVCo merchant-presented payment strings (EMV QRCPS MPM 1.1, 4.7.3): data object 63,
 * CRC-16/CCITT-FALSE.
 */

import type { PictureNote } from './notes.ts';

/** What every such string begins with: data object 00, version 01. */
const START = '000201';

/** `none`: not such a string. `malformed`: begins like one and breaks off. */
export function emvChecksum(payload: string): 'none' | 'right' | 'wrong' | 'malformed' {
  const objects = dataObjects(payload);
  if (!objects && payload.startsWith(START)) return 'malformed';
  if (objects?.[0]?.id !== '00' || objects[0].value !== '01') return 'none';
  const last = objects[objects.length - 1];
  if (last.id !== '63' || last.value.length !== 4) return 'wrong';
  const covered = new TextEncoder().encode(payload.slice(0, -4));
  return crc16(covered).toString(16).padStart(4, '0').toUpperCase() === last.value.toUpperCase() ? 'right' : 'wrong';
}

/** What is odd about a payload, for the report of whatever shows it. */
export function emvNote(payload: string): PictureNote | undefined {
  switch (emvChecksum(payload)) {
    case 'wrong':
      return 'emv_crc_mismatch';
    case 'malformed':
      return 'emv_malformed';
    case 'none':
    case 'right':
      return undefined;
  }
}

interface DataObject {
  readonly id: string;
  readonly value: string;
}

/** Two digits of id, two digits of length in characters, value; undefined where the text is not built so to its end. */
function dataObjects(text: string): readonly DataObject[] | undefined {
  const chars = [...text];
  const objects: DataObject[] = [];
  for (let at = 0; at < chars.length;) {
    const head = chars.slice(at, at + 4).join('');
    if (!/^\d{4}$/.test(head)) return undefined;
    const length = Number(head.slice(2));
    const value = chars.slice(at + 4, at + 4 + length);
    if (value.length < length) return undefined;
    objects.push({ id: head.slice(0, 2), value: value.join('') });
    at += 4 + length;
  }
  return objects;
}

/** Polynomial 0x1021, start 0xffff, nothing reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
