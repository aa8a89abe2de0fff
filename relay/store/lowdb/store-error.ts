/** Why a folder cannot be used, as a whole sentence that says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
