/** Which name was meant by one that is not known: for a sentence that ends with "Did you mean customer_name?". */

/** `customerName` and `Customer-Name` are the same name as `customer_name`. */
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Shorter names are too near to each other for a letter to be a slip. */
const MIN_LETTERS = 6;

/** One letter more, less or other, or two neighbours swapped. */
function isOneSlipAway(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && left[0] === right[1] && left[1] === right[0] && right.length === 2;
}

/** The known name that this one was surely meant to be: written in another way, or with one slip. */
export function meantName(name: string, known: readonly string[]): string | undefined {
  const letters = bare(name);
  return (
    known.find((one) => bare(one) === letters) ??
    known.find((one) => Math.min(letters.length, bare(one).length) >= MIN_LETTERS && isOneSlipAway(bare(one), letters))
  );
}

/** As `meantName`; failing that, a known name that holds this one or is held by it. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const letters = bare(name);
  const holds = (longer: string, shorter: string): boolean => shorter.length >= 4 && longer.includes(shorter);
  return meantName(name, known) ?? known.find((one) => holds(bare(one), letters) || holds(letters, bare(one)));
}
