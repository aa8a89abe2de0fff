export { measurePostToScreen as run } from '../end-to-end.ts';
