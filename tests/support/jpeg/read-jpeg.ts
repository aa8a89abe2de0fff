/**
 * A baseline JPEG read for tests, from ITU-T T.81 and with none of the encoder's code: its segments, and the quantised
 * coefficients of its one scan. Strict: what an ESP32 decoder might not forgive is an error here.
 */

interface Segment {
  /** Second byte of the marker: 0xd8 is SOI. */
  readonly marker: number;
  readonly payload: Uint8Array;
}

interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantTable: number;
  readonly dcTable: number;
  readonly acTable: number;
}

export interface ReadJpeg {
  readonly segments: readonly Segment[];
  readonly width: number;
  readonly height: number;
  readonly precision: number;
  readonly components: readonly Component[];
  /** By id, in zigzag order. */
  readonly quantTables: ReadonlyMap<number, Uint8Array>;
  /** By class and id, as `0:0` (DC, 0): how many codes of each length, and their symbols. */
  readonly huffmanTables: ReadonlyMap<string, Huffman>;
  /** For each component its blocks in the order of the scan, 64 quantised coefficients each, zigzag order. */
  readonly blocks: readonly (readonly Int16Array[])[];
  /** How often each symbol occurs in the scan, by table as above. */
  readonly symbolCounts: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

interface Huffman {
  readonly lengthCounts: readonly number[];
  readonly symbols: readonly number[];
  /** Symbol by `length:code`. */
  readonly byCode: ReadonlyMap<string, number>;
}

export function readJpeg(file: Uint8Array): ReadJpeg {
  const segments: Segment[] = [];
  let at = 0;
  let scan: Uint8Array | undefined;
  while (at < file.length) {
    if (file[at] !== 0xff) throw new Error(`No marker at byte ${at}`);
    const marker = file[at + 1];
    at += 2;
    if (marker === 0xd8 || marker === 0xd9) {
      segments.push({ marker, payload: new Uint8Array() });
      continue;
    }
    const length = file[at] * 256 + file[at + 1];
    segments.push({ marker, payload: file.subarray(at + 2, at + length) });
    at += length;
    if (marker !== 0xda) continue;
    const start = at;
    while (!(file[at] === 0xff && file[at + 1] !== 0)) {
      if (at >= file.length) throw new Error('The scan has no end');
      at++;
    }
    scan = file.subarray(start, at);
  }
  if (!scan) throw new Error('No scan');
  const frame = only(segments, 0xc0);
  const sos = only(segments, 0xda);
  const components = Array.from({ length: frame[5] }, (_, i): Component => {
    const [id, sampling, quantTable] = frame.subarray(6 + i * 3, 9 + i * 3);
    const [scanId, tables] = sos.subarray(1 + i * 2, 3 + i * 2);
    if (scanId !== id) throw new Error(`The scan has component ${scanId} where the frame has ${id}`);
    return {
      id,
      horizontal: sampling >> 4,
      vertical: sampling & 15,
      quantTable,
      dcTable: tables >> 4,
      acTable: tables & 15,
    };
  });
  const quantTables = readQuantTables(segments);
  const huffmanTables = readHuffmanTables(segments);
  const [height, width] = [frame[1] * 256 + frame[2], frame[3] * 256 + frame[4]];
  const symbolCounts = new Map<string, Map<number, number>>();
  const blocks = readScan(new Bits(scan), { width, height, components, huffmanTables, symbolCounts });
  return { segments, width, height, precision: frame[0], components, quantTables, huffmanTables, blocks, symbolCounts };
}

function only(segments: readonly Segment[], marker: number): Uint8Array {
  const found = segments.filter((segment) => segment.marker === marker);
  if (found.length !== 1) throw new Error(`${found.length} segments ff${marker.toString(16)} where one is wanted`);
  return found[0].payload;
}

function readQuantTables(segments: readonly Segment[]): Map<number, Uint8Array> {
  const tables = new Map<number, Uint8Array>();
  for (const { marker, payload } of segments)
    if (marker === 0xdb)
      for (let at = 0; at < payload.length; at += 65) {
        if (payload[at] >> 4 !== 0) throw new Error('A quantisation table of 16 bits');
        tables.set(payload[at] & 15, payload.slice(at + 1, at + 65));
      }
  return tables;
}

function readHuffmanTables(segments: readonly Segment[]): Map<string, Huffman> {
  const tables = new Map<string, Huffman>();
  for (const { marker, payload } of segments)
    if (marker === 0xc4)
      for (let at = 0; at < payload.length;) {
        const name = `${payload[at] >> 4}:${payload[at] & 15}`;
        const lengthCounts = [...payload.subarray(at + 1, at + 17)];
        const count = lengthCounts.reduce((a, b) => a + b, 0);
        const symbols = [...payload.subarray(at + 17, at + 17 + count)];
        at += 17 + count;
        const byCode = new Map<string, number>();
        let code = 0;
        let next = 0;
        lengthCounts.forEach((codes, i) => {
          for (let n = 0; n < codes; n++) {
            if (code === (1 << (i + 1)) - 1) throw new Error('A code of ones alone');
            byCode.set(`${i + 1}:${code++}`, symbols[next++]);
          }
          code <<= 1;
        });
        tables.set(name, { lengthCounts, symbols, byCode });
      }
  return tables;
}

class Bits {
  #at = 0;
  #left = 0;
  #byte = 0;
  readonly #data: Uint8Array;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  next(): number {
    if (this.#left === 0) {
      if (this.#at >= this.#data.length) throw new Error('The scan ends within a code');
      this.#byte = this.#data[this.#at++];
      if (this.#byte === 0xff) this.#at++;
      this.#left = 8;
    }
    return (this.#byte >> --this.#left) & 1;
  }

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.next();
    return value;
  }

  symbol({ byCode }: Huffman): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = code * 2 + this.next();
      const symbol = byCode.get(`${length}:${code}`);
      if (symbol !== undefined) return symbol;
    }
    throw new Error('No such code');
  }

  /** EXTEND of T.81, F.2.2.1. */
  signed(category: number): number {
    const value = this.take(category);
    return category > 0 && value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
  }

  /** All that is left must be padding of ones, less than a byte of it. */
  finish(): void {
    while (this.#left > 0) if (this.next() !== 1) throw new Error('Padding that is not ones');
    if (this.#at < this.#data.length) throw new Error(`${this.#data.length - this.#at} bytes after the last block`);
  }
}

interface Scan {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  readonly huffmanTables: ReadonlyMap<string, Huffman>;
  readonly symbolCounts: Map<string, Map<number, number>>;
}

function readScan(bits: Bits, { width, height, components, huffmanTables, symbolCounts }: Scan): Int16Array[][] {
  const blocks = components.map((): Int16Array[] => []);
  const previous = components.map(() => 0);
  const symbolFrom = (name: string): number => {
    const table = huffmanTables.get(name);
    if (!table) throw new Error(`No Huffman table ${name}`);
    const symbol = bits.symbol(table);
    const counts = symbolCounts.get(name) ?? new Map<number, number>();
    symbolCounts.set(name, counts.set(symbol, (counts.get(symbol) ?? 0) + 1));
    return symbol;
  };
  const unit = 8 * Math.max(...components.map(({ horizontal }) => horizontal));
  const units = Math.ceil(width / unit) * Math.ceil(height / unit);
  for (let mcu = 0; mcu < units; mcu++)
    components.forEach(({ horizontal, vertical, dcTable, acTable }, c) => {
      for (let i = 0; i < horizontal * vertical; i++) {
        const block = new Int16Array(64);
        previous[c] += bits.signed(symbolFrom(`0:${dcTable}`));
        block[0] = previous[c];
        for (let n = 1; n < 64; n++) {
          const symbol = symbolFrom(`1:${acTable}`);
          if (symbol === 0) break;
          n += symbol >> 4;
          if (n > 63) throw new Error('A run over the end of the block');
          block[n] = bits.signed(symbol & 15);
        }
        blocks[c].push(block);
      }
    });
  bits.finish();
  return blocks;
}
