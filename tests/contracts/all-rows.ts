/** The whole matrix: what breaks, and how displays differ. */
import { FAULT_ROWS, type FaultRow } from './fault-rows.ts';
import { DISPLAY_ROWS } from './display-rows.ts';
import { NATIVE_ROWS } from './native-rows.ts';

export const ALL_ROWS: readonly FaultRow[] = [...FAULT_ROWS, ...DISPLAY_ROWS, ...NATIVE_ROWS];
