import {
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import type { SourceTools } from '../argocd/source/source-tools.ts'
import { type ExpandAnswer, type ExpandRequest, isRequestVariable, type ManifestFile } from '../argocd/wire/expand-exchange.ts'
import type { Clock } from '../model/clock.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import { checkoutSource } from './checkout-source.ts'
import { type ParameterAnnouncement, writeAnnouncements, writeManifests, writeNothing } from './plugin-messages.ts'
import { receiveUpload, type Upload } from './receive-upload.ts'
import type { CheckoutLimits } from './tar-reader.ts'
import type { UploadShare, UploadSpace } from './upload-space.ts'

/** What the service needs from the daemon that it is part of. */
export interface PluginServiceTools {
  readonly clock: Pick<Clock, 'now'>
  readonly limits: CheckoutLimits
  readonly space: UploadSpace
  /** Rendering a source: what the daemon runs helm and kustomize with. */
  readonly sourceTools: Omit<SourceTools, 'remainingMs'>
  /** A request with its files, as from a client on the daemon's own socket; output as one JSON object a line. Never throws. */
  expand(request: ExpandRequest, signal: AbortSignal): Promise<ExpandAnswer>
  /** What is announced for an application's folder, by the names of its files. */
  announcements(upload: Upload): readonly ParameterAnnouncement[]
  /** The text of one problem as a user gets it. */
  report(error: SecretError): string
}

/** As argocd-cmp-server does, so that the answer is there before repo-server gives up (argocd.md 1.7). */
const DEADLINE_MARGIN_MS = 100
/** Of a caller that sets none; repo-server always does. */
const DEFAULT_LIMIT_MS = 60_000

const bytesAsTheyAre = (bytes: Buffer): Buffer => bytes

function method(name: string, requestStream: boolean): ServiceDefinition[string] {
  return {
    path: `/plugin.ConfigManagementPluginService/${name}`,
    requestStream,
    responseStream: false,
    requestSerialize: bytesAsTheyAre,
    requestDeserialize: bytesAsTheyAre,
    responseSerialize: bytesAsTheyAre,
    responseDeserialize: bytesAsTheyAre,
  }
}

/** The four calls of `plugin.ConfigManagementPluginService` (argocd.md 2.1). */
export const pluginServiceDefinition: ServiceDefinition = {
  GenerateManifest: method('GenerateManifest', true),
  MatchRepository: method('MatchRepository', true),
  GetParametersAnnouncement: method('GetParametersAnnouncement', true),
  CheckPluginConfiguration: method('CheckPluginConfiguration', false),
}

type Upstream = ServerReadableStream<Buffer, Buffer>

export function pluginService(tools: PluginServiceTools): UntypedServiceImplementation {
  const answer = (work: Work) => (call: Upstream, callback: sendUnaryData<Buffer>) => {
    void respond(work, call, callback, tools)
  }
  return {
    GenerateManifest: answer(async (call, time) =>
      writeManifests(await generated(await received(call, time, tools), time, tools)),
    ),
    GetParametersAnnouncement: answer((call, time) =>
      withUpload(call, time, tools, async (upload) => writeAnnouncements(tools.announcements(upload))),
    ),
    MatchRepository: answer(async (call) => {
      for await (const _ of call);
      return writeNothing()
    }),
    CheckPluginConfiguration: (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
      callback(null, writeNothing()),
  }
}

type Work = (call: Upstream, time: CallTime) => Promise<Buffer>

/** repo-server shows the text of UNKNOWN as it is, and treats no other code better (argocd.md 2.3). */
async function respond(work: Work, call: Upstream, callback: sendUnaryData<Buffer>, tools: PluginServiceTools): Promise<void> {
  const time = callTime(call, tools.clock)
  try {
    callback(null, await work(call, time))
  } catch (thrown) {
    callback({ code: status.UNKNOWN, details: problemText(thrown, tools) })
  } finally {
    time.end()
  }
}

type Received = Pick<ExpandRequest, 'environment' | 'files'>

/** What is left of an upload: nothing holds its checkout any more. */
function received(call: Upstream, time: CallTime, tools: PluginServiceTools): Promise<Received> {
  return withUpload(call, time, tools, async (upload, share) => ({
    environment: new Map([...upload.metadata.environment].filter(([name]) => isRequestVariable(name))),
    files: await filesOf(upload, share, time, tools),
  }))
}

function filesOf(
  upload: Upload,
  share: UploadShare,
  time: CallTime,
  tools: PluginServiceTools,
): Promise<readonly ManifestFile[]> {
  const onWritten = (): void => share.leave()
  return checkoutSource(upload, { ...tools.sourceTools, remainingMs: () => time.remainingMs(), onWritten })
}

async function withUpload<T>(
  call: Upstream,
  { signal }: CallTime,
  { limits, space }: PluginServiceTools,
  use: (upload: Upload, share: UploadShare) => Promise<T>,
): Promise<T> {
  const share = space.enter()
  try {
    return await use(await receiveUpload(call, { limits, share, signal }), share)
  } finally {
    share.leave()
  }
}

async function generated(
  { environment, files }: Received,
  time: CallTime,
  tools: PluginServiceTools,
): Promise<readonly string[]> {
  const timeoutMs = Math.max(1, Math.floor(time.remainingMs()))
  const { exitCode, report, output } = await tools.expand({ command: 'generate', environment, files, timeoutMs }, time.signal)
  if (exitCode !== 0) throw new Refused(report)
  return new TextDecoder()
    .decode(output)
    .split('\n')
    .filter((line) => line !== '')
}

/** A report that is ready to be shown. */
class Refused extends Error {}

function problemText(thrown: unknown, tools: PluginServiceTools): string {
  return thrown instanceof Refused ? thrown.message : tools.report(asSecretError(thrown))
}

function late(): SecretError {
  return new SecretError('Deadline', 'the time that repo-server gives a render was over before the checkout was there', {
    remedy:
      'limit what is uploaded by the annotation manifest-generate-paths, or give more time by controller.repo.server.timeout.seconds',
  })
}

interface CallTime {
  readonly signal: AbortSignal
  remainingMs(): number
  end(): void
}

/** The caller's deadline and its going away as one signal. */
function callTime(call: Upstream, clock: Pick<Clock, 'now'>): CallTime {
  const given = Number(call.getDeadline())
  const endMs = (Number.isFinite(given) ? given : clock.now() + DEFAULT_LIMIT_MS) - DEADLINE_MARGIN_MS
  const aborting = new AbortController()
  const timer = setTimeout(() => aborting.abort(late()), Math.max(0, endMs - clock.now()))
  call.once('cancelled', () => aborting.abort())
  return { signal: aborting.signal, remainingMs: () => endMs - clock.now(), end: () => clearTimeout(timer) }
}
