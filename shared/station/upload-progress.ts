/** How far a command's picture has come, as a station says it. Pure. */
import { wireMs } from '../wire/display.ts';
import type { ShowRequest } from '../screen/show-picture.ts';
import type { CommandProgress } from './station-types.ts';

export function uploadProgress(
  say: (progress: CommandProgress) => void,
): Pick<ShowRequest, 'onPreparing' | 'onProgress'> {
  return {
    onPreparing: () => say({ stage: 'preparing' }),
    onProgress: (sentBytes, { jpeg }, attempt, baudRate) => {
      const remainingMs = wireMs(jpeg.length - sentBytes, baudRate);
      say({ stage: 'uploading', sentBytes, totalBytes: jpeg.length, attempt, remainingMs });
    },
  };
}
