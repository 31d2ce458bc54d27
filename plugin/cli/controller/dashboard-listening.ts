import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as own from '../../config/dashboard-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { dashboardApp } from '../../controller/dashboard/dashboard-app.ts'
import type { DashboardView } from '../../controller/dashboard/dashboard-view.ts'
import type { DashboardAccess } from '../../controller/dashboard/visitor.ts'
import { type Listening, listenOnPort } from '../../daemon/listen.ts'

/** The dashboard where one is asked for; `undefined` otherwise. Throws UsageError where nobody would have to show anything. */
export async function dashboardListening(
  sources: OptionSources,
  directory: string,
  view: () => DashboardView,
): Promise<Listening | undefined> {
  const address = setting(own.dashboard, sources)
  if (address === '') return undefined
  const access = accessOf(sources, directory)
  if (!access.token && !access.proxy)
    throw new UsageError('--dashboard: everybody could see it', 'give --dashboard-token FILE or --dashboard-proxy CIDR')
  return await listenOnPort(address, dashboardApp(view, access))
}

function accessOf(sources: OptionSources, directory: string): DashboardAccess {
  const file = setting(own.dashboardToken, sources)
  const addresses = setting(own.dashboardProxy, sources)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return {
    ...(file !== '' && { token: () => readToken(path.resolve(directory, file)) }),
    ...(addresses.length > 0 && { proxy: { header: setting(own.dashboardUserHeader, sources).toLowerCase(), addresses } }),
  }
}

/** With every request, since what is mounted may be rotated at any time. A file that is gone lets nobody in. */
function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
