import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { DisplayRecorder } from './display-recorder.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const PORT = { key: 'COM5', label: 'USB-SERIAL CH340', usbVendorId: 0x1a86, usbProductId: 0x7523 };
const made = (): { clock: ManualClock; recorder: DisplayRecorder; texts: () => string } => {
  const clock = new ManualClock();
  const recorder = new DisplayRecorder(clock);
  return { clock, recorder, texts: () => JSON.stringify(recorder.report(PORT, 'test')) };
};

describe('what a unit report tells', () => {
  it('has each byte that crossed, with its time, and the USB ids', async () => {
    const { clock, recorder } = made();
    recorder.opened(9_600);
    await clock.advance(12.34);
    recorder.sent(bytes('sending**1.jpeg**2400**1024\n'));
    recorder.sent(Uint8Array.of(0xff, 0xd8, 0x0a));
    recorder.heard(Uint8Array.of(0x6f, 0x6b, 0x0d, 0x0a, 0xff));
    recorder.signalled(false, undefined);
    recorder.closed();
    expect(recorder.report(PORT, 'test')).toEqual({
      schema: 'counterqr-unit-report/1',
      recorded_by: 'test',
      port: { label: 'USB-SERIAL CH340', usb_vendor_id: 0x1a86, usb_product_id: 0x7523 },
      dropped_events: 0,
      events: [
        { kind: 'open', at_ms: 0, baud: 9_600 },
        { kind: 'line', at_ms: 12.3, text: 'sending**1.jpeg**2400**1024' },
        { kind: 'bytes', at_ms: 12.3, count: 3 },
        { kind: 'heard', at_ms: 12.3, text: 'ok\r\nÿ' },
        { kind: 'signals', at_ms: 12.3, dtr: false },
        { kind: 'close', at_ms: 12.3 },
      ],
    });
  });

  it('counts payload, amount and name, also where the display says them back in pieces', () => {
    const { recorder, texts } = made();
    recorder.sent(bytes('DisplayQRCodeScreen**https://pay.example/1**MUR 1,250.00**A. Martin\n'));
    recorder.heard(bytes('QR Code Generation https://pay.ex'));
    recorder.heard(bytes('ample/1 for A. Mar'));
    recorder.heard(bytes('tin\r\nexit\r\n'));
    recorder.sent(bytes('WelcomeScreen**Counter of Mr. Singh\n'));
    expect(texts()).not.toMatch(/pay\.example|1,250|Martin|Singh/);
    expect(texts()).toContain('DisplayQRCodeScreen**<21>**<12>**<9>');
    expect(texts()).toContain('QR Code Generation <21> for <9>');
    expect(texts()).toContain('WelcomeScreen**<20>');
  });

  it('keeps the last events only, and says how many went', () => {
    const { recorder } = made();
    for (let index = 0; index < 20_005; index += 1) recorder.sent(bytes('test\n'));
    const { events, dropped_events } = recorder.report(PORT, 'test');
    expect([events.length, dropped_events]).toEqual([20_000, 5]);
  });
});
