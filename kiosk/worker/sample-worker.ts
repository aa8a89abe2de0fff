/**
 * Makes a sample QR with the code that the kiosk uses, so that the admin page shows what a picture setting gives and
 * costs. In a worker, because a large picture takes longer than a frame.
 */
import { messageOf } from '../../shared/wire/errors.ts';
import type { SampleAnswer, SampleRequest } from './messages.ts';
import { browserPictures } from './pictures.ts';

/** A payment string of the usual length (EMVCo MPM). */
const SAMPLE_TEXT =
  '00020101021226480015com.example.pay0112630400078842020COUNTER0152046300530348054071250.005802MU5917Example Insurance6010Port Louis62190515POL-2026-00012346304A1B2';
const SAMPLE_CAPTION = { customerName: 'Marie Example', amount: '1250.00', currency: 'MUR' } as const;

const pictures = browserPictures();

let current = new AbortController();

/** Only the newest request counts. */
self.addEventListener('message', (event: MessageEvent<SampleRequest>) => {
  current.abort(new Error('A newer sample is wanted.'));
  current = new AbortController();
  void answer(event.data, current.signal);
});

async function answer({ id, settings, baudRate }: SampleRequest, signal: AbortSignal): Promise<void> {
  const post = (message: SampleAnswer): void => self.postMessage(message);
  try {
    const maker = await pictures;
    const { jpeg } = await maker.make(
      { kind: 'qr', source: { kind: 'text', text: SAMPLE_TEXT }, caption: SAMPLE_CAPTION },
      { settings, baudRate, signal },
    );
    post({ kind: 'made', id, jpeg });
  } catch (error) {
    post({ kind: 'failed', id, sentence: messageOf(error) });
  }
}
