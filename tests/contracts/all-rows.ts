/** The whole matrix: what breaks, and how displays differ. */
import { FAULT_ROWS, type FaultRow } from './fault-rows.ts';
import { UNIT_ROWS } from './unit-rows.ts';

export const ALL_ROWS: readonly FaultRow[] = [...FAULT_ROWS, ...UNIT_ROWS];
