/** Reads the Windows registry. Absent keys and values are simply not there; nothing throws. */
import koffi from 'koffi';

export type RegistryRoot = 'HKLM' | 'HKCU';
export type RegistryValues = Readonly<Record<string, string | number>>;

const ROOTS: Readonly<Record<RegistryRoot, bigint>> = { HKLM: 0x80000002n, HKCU: 0x80000001n };
/** Read access, and the 64-bit view, which is where a 64-bit installer writes. */
const KEY_READ_64 = 0x20019 | 0x0100;
const REG = { string: 1, expandString: 2, dword: 4 } as const;
/** Longest name of a value, in characters (Windows' limit), and a bound for what a setting may hold, in bytes. */
const MAX_NAME_CHARS = 16_383;
const MAX_VALUE_BYTES = 65_536;

type Open = (root: bigint, path: string, options: number, access: number, key: [unknown]) => number;
type Enumerate = (
  key: unknown,
  index: number,
  name: Uint8Array,
  nameChars: [number],
  reserved: null,
  type: [number],
  data: Uint8Array,
  dataBytes: [number],
) => number;

interface Functions {
  readonly open: Open;
  readonly enumerate: Enumerate;
  readonly close: (key: unknown) => number;
}
let functions: Functions | undefined;

function advapi(): Functions {
  if (functions) return functions;
  const library = koffi.load('advapi32.dll');
  functions = {
    open: library.func(
      'int32 __stdcall RegOpenKeyExW(uintptr root, str16 path, uint32 options, uint32 access, _Out_ uintptr *key)',
    ) as Open,
    enumerate: library.func(
      'int32 __stdcall RegEnumValueW(uintptr key, uint32 index, void *name, _Inout_ uint32 *nameChars, void *reserved, _Out_ uint32 *type, void *data, _Inout_ uint32 *dataBytes)',
    ) as Enumerate,
    close: library.func('int32 __stdcall RegCloseKey(uintptr key)') as Functions['close'],
  };
  return functions;
}

/** All texts and numbers directly under a key, by value name; empty where there is no such key, or no Windows. */
export function readRegistry(root: RegistryRoot, path: string): RegistryValues {
  if (process.platform !== 'win32') return {};
  const { open, enumerate, close } = advapi();
  const key: [unknown] = [0];
  if (open(ROOTS[root], path, 0, KEY_READ_64, key) !== 0) return {};
  const values: Record<string, string | number> = {};
  try {
    const name = Buffer.alloc(2 * (MAX_NAME_CHARS + 1));
    const data = Buffer.alloc(MAX_VALUE_BYTES);
    for (let index = 0; ; index++) {
      const nameChars: [number] = [MAX_NAME_CHARS + 1];
      const type: [number] = [0];
      const dataBytes: [number] = [MAX_VALUE_BYTES];
      if (enumerate(key[0], index, name, nameChars, null, type, data, dataBytes) !== 0) break;
      const value = valueOf(type[0], data.subarray(0, dataBytes[0]));
      if (value !== undefined) values[name.toString('utf16le', 0, 2 * nameChars[0])] = value;
    }
  } finally {
    close(key[0]);
  }
  return values;
}

function valueOf(type: number, data: Buffer): string | number | undefined {
  if (type === REG.dword) return data.readUInt32LE(0);
  if (type !== REG.string && type !== REG.expandString) return undefined;
  return data.toString('utf16le').replace(/\0+$/, '');
}
