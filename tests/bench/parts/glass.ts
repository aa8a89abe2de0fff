export { measurePostToGlass as run } from '../end-to-end.ts';
