/** A command as its display receives it. */
import { reasonForDisplay } from '../../shared/wire/commands.ts';
import type { DeviceCommand } from '../../shared/wire/device.ts';
import { iso } from '../core/iso-time.ts';
import { wordFor } from '../core/older-client.ts';
import type { Claimed } from '../core/queue.ts';
import type { DeviceRecord } from '../core/records.ts';

/** `now`: wall-clock milliseconds. */
export function wireForm(
  device: DeviceRecord,
  { open, content }: Claimed,
  qrImage: string | undefined,
  now: number,
): DeviceCommand {
  return {
    command_id: open.commandId,
    type: wordFor(device, open.type),
    ...(qrImage === undefined ? {} : { qr_image: qrImage }),
    ...(content.qrText === undefined ? {} : { qr_text: content.qrText }),
    customer_name: content.customerName ?? null,
    policy_number: content.policyNumber ?? null,
    amount: content.amount ?? null,
    currency: content.currency ?? null,
    created_at: iso(open.createdAt),
    expires_in_ms: Math.max(0, open.expiresAt - now),
    retry_count: open.deliveries - 1,
    ...(open.type === 'display_qr' || open.type === 'show_message' ? { display_seconds: open.displayMs / 1000 } : {}),
    ...(content.clears === undefined ? {} : { clears: content.clears }),
    ...(content.reason === undefined ? {} : { reason: reasonForDisplay(content.reason) }),
    ...(content.text === undefined ? {} : { text: content.text }),
  };
}
