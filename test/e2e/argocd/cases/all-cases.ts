import type { World } from '../world.ts'
import { escapes } from './escapes.ts'
import { foreignManifests } from './foreign-manifests.ts'
import { leaks } from './leaks.ts'
import { order } from './order.ts'
import { rotation } from './rotation.ts'
import { sources } from './sources.ts'
import { uninstall } from './uninstall.ts'

/** Every case, whatever way repo-server reaches the plugin. */
export function allCases(world: () => World): void {
  for (const cases of [foreignManifests, order, sources, rotation, leaks, uninstall, escapes]) cases(world)
}
