export interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}
export function dashboard(): { readonly panels: readonly Panel[] };
export const dashboardFile: string;
