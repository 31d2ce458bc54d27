import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readPluginParameters } from '../../../../plugin/argocd/request/plugin-parameters.ts'
import { sourceParameters } from '../../../../plugin/argocd/source/source-parameters.ts'
import type { SourceRequest } from '../../../../plugin/argocd/source/source-request.ts'

/** A checkout with these files, by path: a text, or where a symbolic link leads. */
export interface Checkout extends Disposable {
  readonly root: string
  /** For the folder `app`, or another one. */
  request(parameters?: readonly object[], folder?: string): SourceRequest
}

export function checkout(files: Readonly<Record<string, string | { readonly link: string }>>): Checkout {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'checkout-')))
  mkdirSync(path.join(root, 'app'))
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name)
    mkdirSync(path.dirname(file), { recursive: true })
    if (typeof content === 'string') writeFileSync(file, content)
    else symlinkSync(content.link, file)
  }
  return {
    root,
    request: (parameters = [], folder = 'app') => ({
      folder: path.join(root, folder),
      root,
      application: 'shop',
      namespace: 'team-a',
      kubeVersion: '1.36.3',
      apiVersions: ['v1', 'apps/v1'],
      parameters: sourceParameters(readPluginParameters(new Map([['ARGOCD_APP_PARAMETERS', JSON.stringify(parameters)]]))),
    }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}
