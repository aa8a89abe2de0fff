/**
 * How many scans a JPEG has: a decoder goes over the whole picture for each, so that a small file of many takes it
 * minutes.
 */

const START_OF_SCAN = 0xda;

/**
 * Looks for start-of-scan markers, which entropy-coded bytes never hold (ITU T.81, B.1.1.5); a thumbnail's count, too.
 */
export function countScans(file: Uint8Array): number {
  let scans = 0;
  for (let at = file.indexOf(0xff, 2); at >= 0 && at + 1 < file.length; at = file.indexOf(0xff, at + 1))
    if (file[at + 1] === START_OF_SCAN) scans += 1;
  return scans;
}
