import os from 'node:os'
import path from 'node:path'
import { readPluginParameters } from '../argocd/request/plugin-parameters.ts'
import { folderCache } from '../argocd/source/folder-cache.ts'
import { sourceKindOf } from '../argocd/source/source-kind.ts'
import { sourceParameters } from '../argocd/source/source-parameters.ts'
import { toolProxies } from '../argocd/source/tool-proxies.ts'
import { folderSlots } from '../argocd/source/tool-slots.ts'
import type { ExpandAnswer, ExpandRequest } from '../argocd/wire/expand-exchange.ts'
import { inside } from '../cmp/checkout.ts'
import { listenOnPluginSocket, type PluginSocket, pluginSocketName } from '../cmp/listen-on-plugin-socket.ts'
import type { Upload } from '../cmp/receive-upload.ts'
import { UploadSpace } from '../cmp/upload-space.ts'
import * as clientOptions from '../config/client-options.ts'
import { generalAnnouncements, type ParameterAnnouncement, sourceAnnouncements } from '../config/parameter-announcement.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { systemClock } from '../model/clock.ts'
import { problemReport } from './report.ts'

/** The name in plugin.yaml. */
const PLUGIN = 'argocd-external-secrets'
/** An unpacked checkout, `.git` left out. The daemon's bound is 300 MiB for everything. */
const LIMITS = { bytes: 64 * 1024 * 1024, entries: 50_000 }
/** Of all checkouts that are unpacked at once. */
const MAX_UPLOADED_BYTES = 64 * 1024 * 1024

/** Serves the plugin protocol in `directory`, with the settings that a client in the container of argocd-cmp-server has otherwise. */
export function openPluginSocket(
  directory: string,
  sources: OptionSources,
  expand: (request: ExpandRequest, signal: AbortSignal) => Promise<ExpandAnswer>,
): Promise<PluginSocket> {
  const { environment } = sources
  const cache = setting(clientOptions.sourceCache, sources)
  const temporaryFolder = path.join(os.tmpdir(), PLUGIN)
  return listenOnPluginSocket(directory, pluginSocketName(PLUGIN, ''), {
    clock: systemClock,
    limits: LIMITS,
    space: new UploadSpace(MAX_UPLOADED_BYTES),
    sourceTools: {
      path: environment.get('PATH') ?? '',
      proxies: toolProxies(environment, setting(clientOptions.sourcePlainHttp, sources) ? 'allowed' : 'refused'),
      temporaryFolder,
      clock: systemClock,
      kustomizeEnableHelm: setting(clientOptions.kustomizeEnableHelm, sources),
      cache: cache === '' ? undefined : folderCache(cache, systemClock),
      slots: folderSlots(
        temporaryFolder,
        setting(clientOptions.sourceConcurrency, sources) || os.availableParallelism(),
        systemClock,
      ),
    },
    expand,
    announcements,
    report: (error) => problemReport([error], 'nothing was rendered'),
  })
}

/** Those of plugin.yaml, and those of the kind of source in the folder. */
function announcements({ metadata, checkout }: Upload): readonly ParameterAnnouncement[] {
  const names = checkout.below(inside(metadata.path, metadata.path))
  const kind = sourceKindOf(names, sourceParameters(readPluginParameters(metadata.environment)))
  return [...sourceAnnouncements(kind), ...generalAnnouncements()]
}
