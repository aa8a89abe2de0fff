/** What the page wants on the display, as the API takes it. */
import { badArgument, isGiven, isTextOrNumber, unknownField } from './arguments.ts';
import type { Failure } from './types.ts';

const badContent: Failure = {
  success: false,
  code: 'bad_content',
  error: 'displayQR needs a text, or a PNG or JPEG as data URI, Blob, <img> or <canvas>.',
};

const readBlob = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(blob);
  });

function drawn(image: HTMLImageElement): string {
  if (/^data:image\/(png|jpe?g);base64,/.test(image.src)) return image.src;
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return canvas.toDataURL('image/png');
}

/** A URL as text is a QR that says this URL; only `data:` is a picture. */
export async function contentOf(content: unknown): Promise<{ qr_image: string } | { qr_text: string } | Failure> {
  try {
    if (typeof content === 'string' && content !== '')
      return content.startsWith('data:') ? { qr_image: content } : { qr_text: content };
    if (content instanceof Blob) return { qr_image: await readBlob(content) };
    if (content instanceof HTMLCanvasElement) return { qr_image: content.toDataURL('image/png') };
    if (content instanceof HTMLImageElement) return { qr_image: drawn(content) };
  } catch {
    // A picture of another origin may not be read by this page: the same refusal.
  }
  return badContent;
}

/** The names that the pages of the original design use, and what the API calls them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  name: 'customer_name',
  policyNumber: 'policy_number',
  amountDue: 'amount',
};
const API_NAMES = [
  'customer_name',
  'policy_number',
  'amount',
  'currency',
  'reference',
  'display_seconds',
  'expires_in',
] as const;

/** The page's customer object holds more than this: only these fields leave the page. */
export function customerFields(given: object): Record<string, string | number> | Failure {
  const customer = given as Readonly<Record<string, unknown>>;
  const problem = unknownField('displayQR', customer, [...API_NAMES, ...Object.keys(OTHER_NAMES)], 'slips');
  if (problem) return problem;
  const fields: Record<string, string | number> = {};
  const names = [...Object.entries(OTHER_NAMES), ...API_NAMES.map((name) => [name, name] as const)];
  for (const [name, apiName] of names) {
    const value = customer[name];
    if (!isGiven(value)) continue;
    if (typeof value === 'bigint') fields[apiName] = String(value);
    else if (isTextOrNumber(value)) fields[apiName] = value;
    else return badArgument(`displayQR: ${name} must be a text or number.`);
  }
  return fields;
}
