/** The lines that a display says, told apart (docs/protocol.md). */

/** How a board sounds that has just booted: the first lines of an ESP32's ROM. */
export const isBootLine = (line: string): boolean => /^ets [A-Z][a-z]{2} +\d|\brst:0x|^ESP-ROM:/.test(line);

/** Said to a command of ours, so never the name of a model, however late it comes. */
export const isCommandReply = (line: string): boolean => /rotation|receiving|^start$|delet|timer|file/i.test(line);

export const isAck = (line: string): boolean => line.toLowerCase() === 'ok';
/** The end of an answer; `fileinfo` of one variant has an end of its own. */
export const isExit = (line: string): boolean => /^(exit|end_of_fileinfo)$/i.test(line);
export const isStart = (line: string): boolean => /start/i.test(line) && !/rotation/i.test(line);
