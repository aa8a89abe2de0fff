import type { Browser } from 'playwright';

export declare function printGuide(
  browser: Browser,
  markdownFile: string,
  pdfFile?: string,
): Promise<{ readonly pages: number; readonly images: readonly number[] }>;
export declare const GUIDES: readonly string[];
