import { objectIndexValue } from './external-secret-indexes.ts'
import type { GenericTargets } from './generic-targets.ts'
import type { KindHandler } from './watched-kinds.ts'

/** Has those looked at whose target another has changed; `wake` takes a value of the index of targets. A version of our own is no news. */
export function genericTargetHandler(generic: () => GenericTargets | undefined, wake: (target: string) => void): KindHandler {
  return {
    changed(kind, object) {
      const targets = generic()?.known(kind)
      targets?.told(object)
      if (targets && !targets.hasSeen(object)) wake(objectIndexValue(kind, object.metadata))
    },
    gone(kind, object) {
      generic()?.known(kind)?.toldGone(object)
      wake(objectIndexValue(kind, object.metadata))
    },
    left: (kind) => generic()?.forget(kind),
  }
}
