import path from 'node:path'
import { isInside } from './inside-root.ts'

/**
 * The root of the checkout that `folder` (absolute, without links) is in: argocd-cmp-server unpacks each request into
 * `${ARGOCD_CMP_WORKDIR:-$TMPDIR}/_cmp_server/<uuid>` (argocd.md 1.5). Elsewhere the folder without the path that the application names, else itself.
 * None of these variables but the path is the author's, and a path that `folder` does not end with counts for nothing.
 */
export function checkoutRoot(
  folder: string,
  environment: ReadonlyMap<string, string>,
  realPath: (file: string) => string,
): string {
  const work = realPath(path.join(environment.get('ARGOCD_CMP_WORKDIR') || environment.get('TMPDIR') || '/tmp', '_cmp_server'))
  if (folder !== work && isInside(folder, work)) {
    const [checkout = ''] = path.relative(work, folder).split(path.sep)
    return path.join(work, checkout)
  }
  const within = path.normalize(environment.get('ARGOCD_APP_SOURCE_PATH') ?? '').replaceAll(/^\/+|\/+$/g, '')
  return within !== '.' && !within.startsWith('..') && folder.endsWith(`/${within}`)
    ? folder.slice(0, -within.length - 1) || '/'
    : folder
}
