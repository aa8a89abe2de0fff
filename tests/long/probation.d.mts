export const ON_PROBATION: readonly string[];
