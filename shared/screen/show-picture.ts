/** One picture onto the glass, in at most three uploads and never after its time. Knows pictures and the display; knows no relay. */
import type { Clock } from '../util/clock.ts';
import type { MadePicture, PictureMaker, Screen } from '../picture/picture.ts';
import type { PictureSettings } from '../wire/schemas.ts';
import { messageOf } from '../wire/errors.ts';
import { pause } from '../util/deadline.ts';
import { DeviceError, isDeviceError } from '../display/display-error.ts';
import type { Session } from '../display/session.ts';

/** Uploads of one picture before it is given up (docs/protocol.md). */
export const MAX_ATTEMPTS = 3;
/** Some firmware refuses while it is still busy with the screen change before. */
const AFTER_REFUSAL_MS = 600;
/** The slot that this product uses; the others are the site's own idle pictures. */
export const SLOT = '1.jpeg';

/** A display that may be away: `use` waits until it is ready, keeps it for one piece of work, and brings it back if that broke it. */
export interface Display {
  readonly ready: boolean;
  /** The speed in use, once there is one. */
  readonly baudRate: number | undefined;
  /** @throws DeviceError of the work, or `aborted` while waiting */
  use<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T>;
}

export type Wanted =
  | { readonly kind: 'screen'; readonly screen: Screen }
  /** Made before; put back as it was. */
  | { readonly kind: 'made'; readonly picture: MadePicture };

export interface Putting {
  readonly wanted: Wanted;
  readonly settings: PictureSettings;
  /** Fires when the picture must not appear any more. */
  readonly signal?: AbortSignal | undefined;
  /** On the clock; an upload that cannot be over by then is not begun. */
  readonly notAfter?: number | undefined;
  /** MAX_ATTEMPTS unless said otherwise. */
  readonly maxAttempts?: number;
  /** Goes back to the idle rotation after the picture, in the same breath. */
  readonly thenRotate?: boolean;
  readonly onPreparing?: () => void;
  /** The slot is about to be overwritten. */
  readonly onBegin?: (attempt: number, picture: MadePicture) => Promise<void> | void;
  readonly onProgress?: (acknowledgedBytes: number, picture: MadePicture, attempt: number, baudRate: number) => void;
  /** An upload failed; there may be another. */
  readonly onTrouble?: (attempt: number, error: DeviceError) => void;
}

export interface Put {
  readonly picture: MadePicture;
  readonly attempts: number;
  readonly baudRate: number;
}

/** `late`: its time ended first; `begun` says whether an upload had started. */
export class PutError extends Error {
  override readonly name = 'PutError';
  constructor(
    readonly code: 'late' | 'display_failed',
    readonly attempts: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws PictureError, PutError */
export async function putOnGlass(
  display: Display,
  pictures: PictureMaker,
  clock: Clock,
  putting: Putting,
): Promise<Put> {
  const made = new Map<number, MadePicture>();
  let attempt = 0;
  let refused = false;
  for (;;) {
    try {
      return await display.use(putting.signal, async (session) => {
        const picture = await make(made, pictures, putting, session.pictureBaudRate);
        const tookMs = (picture.jpeg.length * 10_000) / session.pictureBaudRate;
        if (putting.notAfter !== undefined && clock.now() + tookMs >= putting.notAfter)
          throw new PutError('late', attempt, 'There was not enough time left to show it.');
        attempt += 1;
        await putting.onBegin?.(attempt, picture);
        const { baudRate } = session;
        if (refused) await session.makeRoom(SLOT, putting.signal);
        await session.show({
          name: SLOT,
          jpeg: picture.jpeg,
          signal: putting.signal,
          onProgress: (bytes) => putting.onProgress?.(bytes, picture, attempt, baudRate),
        });
        if (putting.thenRotate) await session.startRotation(putting.signal);
        return { picture, attempts: attempt, baudRate };
      });
    } catch (error) {
      if (!isDeviceError(error)) throw error;
      if (putting.signal?.aborted) throw new PutError('late', attempt, 'Its time ended before it was on the display.');
      putting.onTrouble?.(attempt, error);
      refused = error.code === 'refused';
      if (attempt >= (putting.maxAttempts ?? MAX_ATTEMPTS))
        throw new PutError('display_failed', attempt, `The display did not take it: ${messageOf(error)}`);
      if (refused) await pause(clock, AFTER_REFUSAL_MS, putting.signal);
    }
  }
}

async function make(
  made: Map<number, MadePicture>,
  pictures: PictureMaker,
  { wanted, settings, signal, onPreparing }: Putting,
  baudRate: number,
): Promise<MadePicture> {
  if (wanted.kind === 'made') return wanted.picture;
  const known = made.get(baudRate);
  if (known) return known;
  onPreparing?.();
  const picture = await pictures.make(wanted.screen, { settings, baudRate, ...(signal ? { signal } : {}) });
  if (signal?.aborted) throw new DeviceError('aborted', 'Its time ended while the picture was being made.');
  made.set(baudRate, picture);
  return picture;
}
