import type { Caption } from '../picture.ts';

/** As the web app sent them: `1,200.50 THB`. */
export const amountOf = (caption: Caption | undefined): string =>
  [caption?.amount, caption?.currency].filter((part) => part !== undefined && part !== '').join(' ');
