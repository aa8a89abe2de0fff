/**
 * zxing-wasm 3.1.4 never deletes the C++ vector that holds its results. Each read keeps 1.6 kB, and a counter reads
 * every picture back that it makes.
 */
import type { ZXingReaderModule } from 'zxing-wasm/reader';

type Results = ReturnType<ZXingReaderModule['readBarcodesFromPixmap']>;

/** What the package's types leave out of a vector. Results that were taken out of it stay good. */
interface Deletable {
  delete(): void;
}

/** From now on the module gives copies, and its own results back. To be called once for a module. */
export function freeResultsOf(module: ZXingReaderModule): void {
  const read = module.readBarcodesFromPixmap.bind(module);
  module.readBarcodesFromPixmap = (...image) => {
    const found = read(...image) as Results & Deletable;
    try {
      const copies = Array.from({ length: found.size() }, (_, i) => found.get(i));
      return { size: () => copies.length, get: (i) => copies[i] };
    } finally {
      found.delete();
    }
  };
}
