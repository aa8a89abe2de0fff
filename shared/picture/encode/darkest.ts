/** Black as dark as the display gets, for the test card. A code's black is written as 32 of 255, in fewer bits. */
export const DARKEST = 1;

/** Of these one coding only: else each block was the one black or the other, whichever was cheaper beside the next. */
export const DARKEST_BLOCK = { pixels: new Uint8Array(64).fill(DARKEST), levels: [-4] } as const;
