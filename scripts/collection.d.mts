export interface CollectionRequest {
  readonly method: string;
  readonly auth:
    { readonly type: 'noauth' } | { readonly type: 'bearer'; readonly bearer: readonly { value: string }[] };
  readonly body?: { readonly mode: 'raw'; readonly raw: string };
  readonly url: { readonly raw: string; readonly path: readonly string[]; readonly query?: readonly object[] };
}
export interface Collection {
  readonly item: readonly {
    readonly name: string;
    readonly item: readonly { readonly name: string; readonly request: CollectionRequest }[];
  }[];
  readonly variable: readonly { readonly key: string; readonly value: string }[];
}
export const collectionFile: string;
export function collection(document: object): Collection;
