import type { ObjectHandler } from '../../../plugin/kube/object-cache.ts'
import { type Reflector, startReflector } from '../../../plugin/kube/reflector.ts'
import type { ReflectorOptions, ReflectorPorts } from '../../../plugin/kube/reflector-options.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { settle, VirtualClock } from '../../support/virtual-clock.ts'
import { type Fault, type Request, ScriptedApiServer, type Thing } from './scripted-api-server.ts'

export const THINGS = { group: 'example.com', version: 'v1', plural: 'things', kind: 'Thing', isNamespaced: true }

/** A reflector on a scripted server, and what its handler was told: `add a@101`, `update a@101 -> a@102`, `delete a@103`, `lost a@102`. */
export class Reflected {
  readonly clock = new VirtualClock()
  readonly server = new ScriptedApiServer(this.clock)
  readonly told: string[] = []
  readonly stop = new AbortController()
  #reflector: Reflector<Thing> | undefined

  start(options: Partial<ReflectorOptions<Thing>> = {}, ports: Partial<ReflectorPorts> = {}): Reflector<Thing> {
    this.#reflector = startReflector<Thing>(
      { client: this.server.client, resource: THINGS, handler: this.recorder, ...options },
      { clock: this.clock, random: seededRandom('reflector'), logger: silentLogger, ...ports },
      this.stop.signal,
    )
    return this.#reflector
  }

  readonly recorder: ObjectHandler<Thing> = {
    onAdd: (object) => void this.told.push(`add ${nameAndVersion(object)}`),
    onUpdate: (before, now) => void this.told.push(`update ${nameAndVersion(before)} -> ${nameAndVersion(now)}`),
    onDelete: (object, isLastKnown) => void this.told.push(`${isLastKnown ? 'lost' : 'delete'} ${nameAndVersion(object)}`),
  }

  /** What was told since the last call. */
  news(): readonly string[] {
    return this.told.splice(0)
  }

  /** The requests since the last call: `list`, `list >=100`, `list 500`, `list ...`, `watch 100`. */
  requests(): readonly string[] {
    return this.server.requests.splice(0).map(({ verb, options }) => {
      if (verb === 'watch') return `watch ${options.resourceVersion}`
      const version = options.resourceVersion === undefined ? '' : ` >=${options.resourceVersion}`
      const page = options.continue === undefined ? version : ' next'
      return `list${page}${options.limit === undefined ? ' whole' : ''}`
    })
  }

  get cached(): readonly string[] {
    return Array.from(this.#reflector?.cache.list() ?? [], nameAndVersion).sort()
  }

  get stored(): readonly string[] {
    return Array.from(this.server.objects.values(), nameAndVersion).sort()
  }

  async settle(): Promise<void> {
    await settle()
  }

  async end(): Promise<void> {
    this.stop.abort(new Error('the test is over'))
    await this.#reflector?.stopped
  }
}

function nameAndVersion({ metadata }: Thing): string {
  return `${metadata.name}@${metadata.resourceVersion}`
}

/** A reflector on a server with these objects, whose watch has lived for a second. */
export async function running(
  context: { after(done: () => Promise<void>): void },
  ...names: readonly string[]
): Promise<Reflected> {
  const reflected = new Reflected()
  context.after(() => reflected.end())
  for (const name of names) reflected.server.create(name)
  reflected.start()
  await reflected.clock.run(1_000)
  return reflected
}

/** Fails the first `times` requests of this verb. */
export function failing(
  verb: Request['verb'],
  times: number,
  error: () => Exclude<Fault, undefined>,
): (request: Request) => Fault {
  let left = times
  return (request) => (request.verb === verb && left-- > 0 ? error() : undefined)
}
