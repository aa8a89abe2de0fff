/**
 * One picture onto the display, in at most three uploads and never after its time. Knows pictures and the display;
 * knows no relay.
 */
import type { Clock } from '../util/clock.ts';
import type { MadePicture, PictureMaker, Screen } from '../picture/picture.ts';
import type { PictureSettings } from '../wire/schemas.ts';
import { messageOf } from '../wire/errors.ts';
import { pause } from '../util/deadline.ts';
import { DisplayError, isDisplayError } from '../display/display-error.ts';
import type { DisplaySession } from '../display/session.ts';

/** Uploads of one picture before it is given up (docs/protocol.md). */
const MAX_ATTEMPTS = 3;
/** Some firmware refuses while it is still busy with the screen change before. */
const AFTER_REFUSAL_MS = 600;
/** The slot that this product uses; the others are the site's own idle pictures. */
const SLOT = '1.jpeg';

/**
 * A display that may be away: `use` waits until it is ready, keeps it for one piece of work, and brings it back if that
 * broke it.
 */
export interface Display {
  readonly ready: boolean;
  /** The speed in use, once there is one. */
  readonly baudRate: number | undefined;
  /** @throws DisplayError of the work, or `aborted` while waiting */
  use<T>(signal: AbortSignal | undefined, work: (session: DisplaySession) => Promise<T>): Promise<T>;
}

export type ShowTarget =
  | { readonly kind: 'screen'; readonly screen: Screen }
  /** Made before; put back as it was. */
  | { readonly kind: 'made'; readonly picture: MadePicture };

/** What the caller wants of one picture. */
export interface ShowRequest {
  /** Fires when the picture must not appear any more. */
  readonly signal?: AbortSignal | undefined;
  /** On the clock; an upload that cannot be over by then is not begun. */
  readonly notAfter?: number | undefined;
  readonly onPreparing?: () => void;
  readonly onProgress?: (acknowledgedBytes: number, picture: MadePicture, attempt: number, baudRate: number) => void;
}

/** What every picture goes through. */
export interface ShowContext {
  readonly display: Display;
  readonly pictures: PictureMaker;
  readonly clock: Clock;
  readonly settings: PictureSettings;
  /** The slot is about to be overwritten. */
  readonly onBegin: () => Promise<void>;
  /** An upload failed; there may be another. */
  readonly onTrouble: (attempt: number, error: DisplayError) => void;
}

export interface Shown {
  readonly picture: MadePicture;
  readonly attempts: number;
  readonly baudRate: number;
}

/** `late`: its time ended first; `begun` says whether an upload had started. */
export class ShowError extends Error {
  override readonly name = 'ShowError';
  constructor(
    readonly code: 'late' | 'display_failed',
    readonly attempts: number,
    message: string,
  ) {
    super(message);
  }
}

/** The idle picture is followed by the rotation at once. @throws PictureError, ShowError */
export async function showPicture(context: ShowContext, target: ShowTarget, request: ShowRequest): Promise<Shown> {
  const { display, clock, onBegin, onTrouble } = context;
  const { signal, notAfter } = request;
  // What was made before is put back: one upload, then the relay is asked again whether it is still wanted.
  const maxAttempts = target.kind === 'made' ? 1 : MAX_ATTEMPTS;
  const made = new Map<number, MadePicture>();
  let attempt = 0;
  let refused = false;
  for (;;) {
    try {
      return await display.use(signal, async (session) => {
        const picture = await make(made, context, target, request, session.pictureBaudRate);
        const tookMs = (picture.jpeg.length * 10_000) / session.pictureBaudRate;
        if (notAfter !== undefined && clock.now() + tookMs >= notAfter)
          throw new ShowError('late', attempt, 'There was not enough time left to show it.');
        attempt += 1;
        await onBegin();
        const { baudRate } = session;
        if (refused) await session.freeSlot(SLOT, signal);
        await session.show({
          name: SLOT,
          jpeg: picture.jpeg,
          signal,
          onProgress: (bytes) => request.onProgress?.(bytes, picture, attempt, baudRate),
        });
        if (isIdle(target)) await session.startRotation(signal);
        return { picture, attempts: attempt, baudRate };
      });
    } catch (error) {
      if (!isDisplayError(error)) throw error;
      if (signal?.aborted) throw new ShowError('late', attempt, 'Its time ended before it was on the display.');
      onTrouble(attempt, error);
      refused = error.code === 'refused';
      if (attempt >= maxAttempts)
        throw new ShowError('display_failed', attempt, `The display did not take it: ${messageOf(error)}`);
      if (refused) await pause(clock, AFTER_REFUSAL_MS, signal);
    }
  }
}

const isIdle = (target: ShowTarget): boolean => target.kind === 'screen' && target.screen.kind === 'idle';

async function make(
  made: Map<number, MadePicture>,
  { pictures, settings }: ShowContext,
  target: ShowTarget,
  { signal, onPreparing }: ShowRequest,
  baudRate: number,
): Promise<MadePicture> {
  if (target.kind === 'made') return target.picture;
  const known = made.get(baudRate);
  if (known) return known;
  onPreparing?.();
  const picture = await pictures.make(target.screen, { settings, baudRate, ...(signal ? { signal } : {}) });
  if (signal?.aborted) throw new DisplayError('aborted', 'Its time ended while the picture was being made.');
  made.set(baudRate, picture);
  return picture;
}
