/** What the page wants on the display, as the API takes it. */
import type { Customer, Failure, QrContent } from './types.ts';

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
export async function contentOf(content: QrContent): Promise<{ qr_image: string } | { qr_text: string } | Failure> {
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

export function customerFields(customer: Customer): Record<string, unknown> {
  const { name, policyNumber, amountDue, ...own } = customer;
  const fields = { customer_name: name, policy_number: policyNumber, amount: amountDue };
  const known = [
    'customer_name',
    'policy_number',
    'amount',
    'currency',
    'reference',
    'display_seconds',
    'expires_in',
  ] as const;
  const merged: Record<string, unknown> = { ...fields, ...own };
  // The page's customer object holds more than this: only these leave the page.
  return Object.fromEntries(known.filter((key) => merged[key] != null).map((key) => [key, merged[key]]));
}
