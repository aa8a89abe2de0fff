/**
 * A path as a server of files reads it: `/%61dmin/` is `/admin/`. One that cannot be decoded stays as it is.
 */
export function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
