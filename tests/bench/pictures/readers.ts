/** Decoders that the product does not use (it finds and verifies with zxing), given many captures at once. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqrModule from 'jsqr';
import { findTool } from '../../support/requirements.ts';
import type { GreyImage } from './capture.ts';
import { removeFolder } from '../../support/remove-folder.ts';

// The package is CommonJS with a default export inside its default export.
const jsqr = (jsqrModule as unknown as { default?: typeof jsqrModule }).default ?? jsqrModule;

interface Reader {
  readonly name: string;
  /** What each image says, undefined where nothing was found. */
  readAll(images: readonly GreyImage[]): (string | undefined)[];
}

const withJsqr: Reader = {
  name: 'jsqr',
  readAll: (images) =>
    images.map(({ width, height, data }) => {
      const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
      for (let i = 0; i < data.length; i++) rgba[i * 4] = rgba[i * 4 + 1] = rgba[i * 4 + 2] = data[i];
      return jsqr(rgba, width, height)?.data;
    }),
};

/** Many files in one call; its XML says which file a symbol came from. */
function withZbar(program: string): Reader {
  return {
    name: 'zbar',
    readAll: (images) => {
      const folder = mkdtempSync(join(tmpdir(), 'counterqr-captures-'));
      try {
        const paths = images.map(({ width, height, data }, i) => {
          const path = join(folder, `${i}.pgm`);
          writeFileSync(path, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]));
          return path;
        });
        const { stdout } = spawnSync(
          program,
          ['--quiet', '--xml', '--nodbus', '-Sdisable', '-Sqrcode.enable', ...paths],
          {
            encoding: 'utf8',
            maxBuffer: 64 << 20,
          },
        );
        const found = new Array<string | undefined>(images.length).fill(undefined);
        for (const [, path, body] of stdout.matchAll(/<source href='([^']*)'>(.*?)<\/source>/gs)) {
          const text = /<!\[CDATA\[(.*?)\]\]>/s.exec(body)?.[1];
          if (text !== undefined) found[paths.indexOf(path)] ??= text;
        }
        return found;
      } finally {
        removeFolder(folder);
      }
    },
  };
}

/** The readers of this machine; `missing` says what could not be asked. */
export function readers(): { readonly available: readonly Reader[]; readonly missing: readonly string[] } {
  const zbarimg = findTool('zbarimg');
  return zbarimg === undefined
    ? { available: [withJsqr], missing: ['zbarimg (Debian: zbar-tools)'] }
    : { available: [withJsqr, withZbar(zbarimg)], missing: [] };
}
