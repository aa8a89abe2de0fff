export interface Tool {
  readonly name: string;
  readonly suite?: 'long';
  readonly packages: readonly string[];
  readonly proof: string;
}
export interface ToolRow {
  readonly name: string;
  readonly path?: string;
  readonly version?: string;
  /** Why it is missing. */
  readonly why?: string;
}
export const TOOLS: readonly Tool[];
export function findTool(name: string): string | undefined;
export function tool(name: string): string;
export function noTool(...names: readonly string[]): string | undefined;
export function askAgain(): void;
export function toolsOf(options?: { readonly long?: boolean }): ToolRow[];
export function tableOf(rows: readonly ToolRow[]): string[];
