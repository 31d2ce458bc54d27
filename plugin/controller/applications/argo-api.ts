import '../../api/jitless.ts'
import * as z from 'zod'
import { errorPolicy } from '../../model/error-policy.ts'
import { quoteName } from '../../model/quote-name.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { PeerClient } from '../../transport/peer-client.ts'
import { permitsSync } from '../sync-windows/permits-sync.ts'
import { type ApplicationRef, type ApplicationView, applicationId } from './application-view.ts'
import type { Applications, SyncWish } from './applications.ts'
import { readApplication } from './read-application.ts'

/** Argo CD waits with its answer until the Application was rendered and compared (server/application/application.go, Get). */
const REFRESH_TIMEOUT_MS = 150_000
const READ_TIMEOUT_MS = 15_000

/**
 * Argo CD by its own API, with a token that has `applications, get` and, where we may sync, `applications, sync` (argocd.md 5.2, levers B and D).
 * With the project in every question an Application that is gone is a 404 and not a 403.
 */
export function argoApi(client: Pick<PeerClient, 'send'>, rights: { readonly maySync: boolean }): Applications {
  async function ask(
    method: 'GET' | 'POST',
    application: ApplicationRef,
    { suffix = '', query = {}, body, timeoutMs = READ_TIMEOUT_MS, refusalOf = refused }: Asking,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { name, namespace, project } = application
    const words = new URLSearchParams({ appNamespace: namespace, ...(project !== '' && { project }), ...query })
    const path = `/api/v1/applications/${encodeURIComponent(name)}${suffix}?${words.toString()}`
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const answer = await client.send({ method, path, body: body && JSON.stringify(body), signal: limit })
    if (answer.status === 404) return undefined
    if (answer.status >= 300 || answer.status < 200) throw refusalOf(answer.status, application)
    return parsed(answer.body, application)
  }

  async function view(application: ApplicationRef, asking: Asking, signal: AbortSignal): Promise<ApplicationView | undefined> {
    const object = await ask('GET', application, asking, signal)
    return object === undefined ? undefined : readApplication(object)
  }

  /** Under the project that it had it is not found any more. Who has no right to its new one is not told whether there is one. */
  async function moved(application: ApplicationRef, signal: AbortSignal): Promise<ApplicationView | undefined> {
    try {
      return await view({ ...application, project: '' }, {}, signal)
    } catch (thrown) {
      if (asSecretError(thrown).kind === 'AccessDenied') return undefined
      throw thrown
    }
  }

  return {
    async read(application, signal) {
      const found = await view(application, {}, signal)
      return found || application.project === '' ? found : moved(application, signal)
    },
    refresh: (application, what, signal) =>
      view(application, { query: { refresh: what }, timeoutMs: REFRESH_TIMEOUT_MS }, signal),
    async maySync(application, by, signal) {
      const answer = await ask('GET', application, { suffix: '/syncwindows', refusalOf: windowsRefusal }, signal)
      // It is gone, which the refresh will say.
      if (answer === undefined) return true
      const { data } = windowsAnswer.safeParse(answer)
      if (!data)
        throw new SecretError('Unavailable', `Argo CD's answer about sync windows of ${applicationId(application)} is none`)
      const states = [
        ...data.activeWindows.map((window) => ({ ...window, isActive: true })),
        // Those that are active are among them once more, which changes nothing: they deny or allow as active ones first.
        ...data.assignedWindows.map((window) => ({ ...window, isActive: false })),
      ]
      // What it says itself is about people, and they may what programs may.
      return data.canSync && permitsSync(states, by)
    },
    sync: rights.maySync
      ? async (application, wish, signal) => {
          const { namespace, project } = application
          const body = { appNamespace: namespace, ...(project !== '' && { project }), ...syncBody(wish) }
          await ask('POST', application, { suffix: '/sync', body, refusalOf: syncRefusal }, signal)
        }
      : undefined,
  }
}

interface Asking {
  readonly suffix?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly timeoutMs?: number
  readonly refusalOf?: (status: number, application: ApplicationRef) => SecretError
}

const windows = z
  .array(z.object({ kind: z.string(), manualSync: z.boolean().default(false) }))
  .nullish()
  .transform((value) => value ?? [])

/** ApplicationSyncWindowsResponse (argo-cd v3.6, server/application). */
const windowsAnswer = z.object({ canSync: z.boolean(), activeWindows: windows, assignedWindows: windows })

function syncBody(wish: SyncWish): object {
  return wish.kind === 'everything' ? {} : { resources: wish.resources }
}

function refused(status: number, application: ApplicationRef, right = 'applications, get'): SecretError {
  const what = `Argo CD answered ${status} about the Application ${applicationId(application)}`
  if (status === 401 || status === 403)
    return new SecretError('AccessDenied', what, { remedy: `give the token ${right} for its project` })
  return new SecretError(status === errorPolicy.Throttled.httpStatus ? 'Throttled' : 'Unavailable', what)
}

function syncRefusal(status: number, application: ApplicationRef): SecretError {
  return refused(status, application, 'applications, sync')
}

/** It has read the Application a moment ago, so this status is about a window that it cannot read (GetApplicationSyncWindows). */
function windowsRefusal(status: number, application: ApplicationRef): SecretError {
  if (status !== 500) return refused(status, application)
  return new SecretError('InvalidSpec', `Argo CD cannot read a sync window of ${applicationId(application)}`, {
    remedy: `correct spec.syncWindows of its AppProject ${quoteName(application.project)}, or of a global project over it`,
  })
}

function parsed(body: Uint8Array, application: ApplicationRef): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown
  } catch {
    throw new SecretError('Unavailable', `Argo CD's answer about the Application ${applicationId(application)} is no JSON`)
  }
}
