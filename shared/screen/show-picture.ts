/**
 * One screen onto the display, in at most three tries and never after its time: drawn by the display where it is set to
 * that and can, otherwise as a picture. Knows pictures and the display; knows no relay.
 */
import type { Clock } from '../util/clock.ts';
import type { MadePicture, PictureMaker, Screen } from '../picture/picture.ts';
import { wireMs } from '../wire/display.ts';
import type { PictureSettings } from '../wire/picture.ts';
import { messageOf } from '../wire/errors.ts';
import { pause } from '../util/deadline.ts';
import { DisplayError, isDisplayError } from '../display/display-error.ts';
import { nativeKindOf } from '../display/native-screen.ts';
import type { DisplaySession } from '../display/session.ts';
import type { DrawnScreen } from './drawn-screen.ts';
import { nativeOf, screenOfNative } from './native-of-screen.ts';

/** Uploads of one picture before it is given up (docs/protocol.md). */
const MAX_ATTEMPTS = 3;
/** Some firmware refuses while it is still busy with the screen change before. */
const AFTER_REFUSAL_MS = 600;
/** The slot that this product uses; the others are the site's own idle pictures. */
export const SLOT = '1.jpeg';

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
  /** Shown before; put back as it was. */
  | { readonly kind: 'again'; readonly drawn: DrawnScreen };

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
  /** Nothing of a customer's is in the slot. */
  readonly slotIsClean: () => boolean;
  /** The display is about to change: the slot will be overwritten, or a screen drawn without it. */
  readonly onBegin: (kind: DrawnScreen['kind']) => Promise<void>;
  /** An upload failed; there may be another. */
  readonly onTrouble: (attempt: number, error: DisplayError) => void;
}

export interface Shown {
  readonly drawn: DrawnScreen;
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
  const { display, clock, onTrouble } = context;
  const { signal } = request;
  const tries: Tries = {
    context,
    target,
    request,
    made: new Map(),
    attempts: 0,
    refused: false,
    own: { kind: 'open' },
  };
  for (;;) {
    try {
      return await display.use(signal, async (session) => {
        const drawn = (await drawByItself(tries, session)) ?? (await upload(tries, session));
        return { drawn, attempts: tries.attempts, baudRate: session.baudRate };
      });
    } catch (error) {
      if (!isDisplayError(error)) throw error;
      if (signal?.aborted) throw new ShowError('late', tries.attempts, 'Its time ended before it was on the display.');
      onTrouble(tries.attempts, error);
      const { own } = tries;
      tries.refused = error.code === 'refused' && own.kind === 'none';
      tries.own = afterFailure(own, target);
      // What was shown before is put back: one upload, then the relay is asked again whether it is still wanted.
      const maxAttempts = target.kind === 'again' ? (own.kind === 'none' ? 1 : 2) : MAX_ATTEMPTS;
      if (tries.attempts >= maxAttempts)
        throw new ShowError('display_failed', tries.attempts, `The display did not take it: ${messageOf(error)}`);
      if (tries.refused) await pause(clock, AFTER_REFUSAL_MS, signal);
    }
  }
}

/** What the tries of one screen share. */
interface Tries {
  readonly context: ShowContext;
  readonly target: ShowTarget;
  readonly request: ShowRequest;
  /** By speed. */
  readonly made: Map<number, MadePicture>;
  attempts: number;
  /** The last upload was refused. */
  refused: boolean;
  own: OwnScreen;
}

/** What the display is told to show by itself. `open`: not worked out yet. `none`: it gets a picture. */
type OwnScreen = { readonly kind: 'open' } | { readonly kind: 'none' } | Exclude<DrawnScreen, { kind: 'picture' }>;

/** Whatever went wrong with the display's own screen: the picture is the way that is proven. */
const afterFailure = (own: OwnScreen, target: ShowTarget): OwnScreen =>
  own.kind === 'native' && isIdle(target) ? { kind: 'rotation' } : { kind: 'none' };

async function ownScreenOf({ context, target, request }: Tries, session: DisplaySession): Promise<OwnScreen> {
  const { settings, pictures, clock } = context;
  const { draws } = session.profile;
  if (target.kind === 'again') return target.drawn.kind === 'native' && draws?.qr !== 'no' ? target.drawn : NONE;
  if (settings.draw !== 'native') return NONE;
  // A slot that holds a customer's picture must be overwritten before the display may rotate.
  if (isIdle(target) && !context.slotIsClean()) return NONE;
  // Spares looking for the code in an image.
  if (target.screen.kind === 'qr' && draws?.qr === 'no') return NONE;
  const native = await nativeOf(target.screen, { settings, pictures, clock, signal: request.signal });
  if (native && draws?.[nativeKindOf(native.screen)] !== 'no') return native;
  return isIdle(target) ? { kind: 'rotation' } : NONE;
}

const NONE: OwnScreen = { kind: 'none' };

/** Undefined where it is to be a picture. @throws PictureError, ShowError, DisplayError */
async function drawByItself(tries: Tries, session: DisplaySession): Promise<DrawnScreen | undefined> {
  const { context, request } = tries;
  const { signal } = request;
  if (tries.own.kind === 'open') tries.own = await ownScreenOf(tries, session);
  const { own } = tries;
  if (own.kind === 'none' || own.kind === 'open') return undefined;
  const { volume } = context.settings;
  checkTime(tries, own.kind === 'native' ? (own.facts.bytes ?? 0) : 0, session.baudRate);
  tries.attempts += 1;
  await context.onBegin(own.kind);
  if (own.kind === 'rotation') await session.startRotation(signal);
  else {
    if (volume > 0) await session.setVolume(volume, signal);
    await session.drawNative(own.screen, signal);
  }
  return own;
}

/** @throws PictureError, ShowError, DisplayError */
async function upload(tries: Tries, session: DisplaySession): Promise<DrawnScreen> {
  const { context, target, request } = tries;
  const { signal } = request;
  const picture = await make(tries, session.pictureBaudRate);
  checkTime(tries, picture.jpeg.length, session.pictureBaudRate);
  tries.attempts += 1;
  const attempt = tries.attempts;
  await context.onBegin('picture');
  const { baudRate } = session;
  if (tries.refused) await session.freeSlot(SLOT, signal);
  await session.show({
    name: SLOT,
    jpeg: picture.jpeg,
    signal,
    onProgress: (bytes) => request.onProgress?.(bytes, picture, attempt, baudRate),
  });
  if (isIdle(target)) await session.startRotation(signal);
  return { kind: 'picture', picture };
}

/** @throws ShowError `late` where so many bytes do not get there in time */
function checkTime({ context, request, attempts }: Tries, bytes: number, baudRate: number): void {
  if (request.notAfter !== undefined && context.clock.now() + wireMs(bytes, baudRate) >= request.notAfter)
    throw new ShowError('late', attempts, 'There was not enough time left to show it.');
}

const isIdle = (target: ShowTarget): boolean => target.kind === 'screen' && target.screen.kind === 'idle';

async function make({ context, target, request, made }: Tries, baudRate: number): Promise<MadePicture> {
  const { pictures, settings } = context;
  const { signal, onPreparing } = request;
  if (target.kind === 'again' && target.drawn.kind === 'picture') return target.drawn.picture;
  const known = made.get(baudRate);
  if (known) return known;
  onPreparing?.();
  const screen = target.kind === 'screen' ? target.screen : screenOf(target.drawn);
  const picture = await pictures.make(screen, { settings, baudRate, ...(signal ? { signal } : {}) });
  if (signal?.aborted) throw new DisplayError('aborted', 'Its time ended while the picture was being made.');
  made.set(baudRate, picture);
  return picture;
}

/** A display that drew it by itself does not do so any more. */
const screenOf = (drawn: DrawnScreen): Screen =>
  drawn.kind === 'native' ? screenOfNative(drawn.screen) : { kind: 'idle' };
