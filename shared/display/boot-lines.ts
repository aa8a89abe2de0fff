/** How a board sounds that has just booted: the first lines of an ESP32's ROM (docs/protocol.md, "The device"). */
export const isBootLine = (line: string): boolean => /^ets [A-Z][a-z]{2} +\d|\brst:0x|^ESP-ROM:/.test(line);
