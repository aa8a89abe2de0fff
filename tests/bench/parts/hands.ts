export { measurePostToHands as run } from '../end-to-end.ts';
