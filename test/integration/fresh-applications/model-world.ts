import { APPLICATIONS } from '../../../plugin/controller/applications/argo-annotations.ts'
import { APP_PROJECTS } from '../../../plugin/controller/sync-windows/project-windows.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import { Dice, seedOf } from '../../fuzz/dice.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { argoDoor } from './argo-door.ts'
import { Judge } from './judge.ts'
import type { ModelApplication } from './model-application.ts'
import { ModelArgo } from './model-argo.ts'
import { ModelController } from './model-controller.ts'
import { ModelDaemon } from './model-daemon.ts'
import { SecretManagers } from './secret-managers.ts'

export const PROJECTS = ['red', 'blue'] as const
const DAEMONS = 3

/** Everything that one run is about, in one time. */
export interface ModelWorld {
  readonly dice: Dice
  readonly clock: VirtualClock
  readonly managers: SecretManagers
  readonly argo: ModelArgo
  readonly daemons: readonly ModelDaemon[]
  readonly controller: ModelController
  readonly judge: Judge
  /** What happened, in words. */
  readonly story: string[]
  readonly tell: (what: string) => void
  readonly maySync: (app: ModelApplication) => boolean
  /** Ids of Applications in the index. */
  readonly indexed: () => readonly string[]
  readonly stop: () => Promise<void>
}

export async function startModelWorld(seed: number): Promise<ModelWorld> {
  const dice = new Dice(seedOf(seed, 'fresh-applications'))
  const clock = new VirtualClock()
  const random = seededRandom(`fresh-applications ${seed}`)
  const kube = await startKubeEmulator({ resources: [APPLICATIONS, APP_PROJECTS], namespaces: ['argocd', 'team'], clock })
  const managers = new SecretManagers(clock)
  const refreshBy = dice.chance(70) ? 'api' : 'annotation'
  const sync = refreshBy === 'annotation' ? 'never' : dice.pick(['never', 'automated', 'all'] as const)
  const story: string[] = []
  const tell = (what: string): void => void story.push(`${Math.round(clock.monotonic() / 1_000)} s: ${what}`)
  tell(`seed ${seed}, by ${refreshBy}, sync ${sync}`)
  const maySync = ({ syncs }: ModelApplication): boolean => sync === 'all' || (sync === 'automated' && syncs !== 'by-hand')
  const daemons: ModelDaemon[] = []
  const judge: Judge = new Judge({ clock, managers, tell, argo: () => argo, daemons: () => daemons, maySync })
  const argo: ModelArgo = new ModelArgo({ clock, kube, daemon: () => dice.pick(daemons), witness: judge })
  const door = argoDoor({
    argo,
    kube,
    clock,
    witness: judge,
    onSync: (app, names) => {
      tell(`synced ${app.name}: ${names?.join(', ')}`)
      judge.synced(app, names)
    },
  })
  const logger: Logger = {
    info: () => undefined,
    warn: (message, fields) => tell(`warning: ${message} ${JSON.stringify(fields)}`),
  }
  const onEvent = (name: string, { reason, message }: { readonly reason: string; readonly message: string }): void =>
    tell(`event: ${name} ${reason} ${message}`)
  const controller = new ModelController({ clock, random, logger, kube, managers, door, refreshBy, sync, onEvent })
  const stopping = new AbortController()
  for (let number = 0; number < DAEMONS; number++)
    daemons.push(new ModelDaemon({ name: `daemon-${number}`, clock, random, managers, intake: () => controller.intake }))
  const running = daemons.map((daemon) => daemon.run(stopping.signal))
  for (const project of PROJECTS) argo.setWindow(project, undefined)
  return {
    dice,
    clock,
    managers,
    argo,
    daemons,
    controller,
    judge,
    story,
    tell,
    maySync,
    indexed: () => [...(controller.leader?.index.ids() ?? [])],
    async stop() {
      await controller.end('stopped')
      argo.stop()
      stopping.abort()
      await Promise.all(running)
      await kube.close()
    },
  }
}
