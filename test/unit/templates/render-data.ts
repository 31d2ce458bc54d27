import { textOf } from '../../../templates/byte-text.ts'
import type { Budget, Surroundings } from '../../../templates/engine.ts'
import { functions } from '../../../templates/handlebars/own-functions.ts'
import { parse } from '../../../templates/handlebars/parse.ts'
import { Renderer } from '../../../templates/handlebars/render.ts'
import { rootScope } from '../../../templates/handlebars/scope.ts'
import { translate } from '../../../templates/handlebars/translate.ts'
import { Meter } from '../../../templates/meter.ts'
import { type GoMap, isMap, mapOfAny } from '../../../templates/value.ts'
import { goValue } from './go-value.ts'

export const roomyBudget: Budget = {
  steps: 1_000_000,
  depth: 100,
  outputBytes: 1_000_000,
  wallTimeMs: 10_000,
  heavyCalls: 8,
  now: () => 0,
}

/** Bytes count up, it is always the same moment. */
export const roomySurroundings: Surroundings = {
  random: () => ({ bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index) }),
  now: () => Date.UTC(2024, 1, 29, 12),
  localZone: 'UTC',
}

/** Renders with data that is more than texts, which the engine itself never gets: for comparing languages. */
export function renderData(template: string, data: object): string {
  const renderer = new Renderer({ meter: new Meter(roomyBudget), surroundings: roomySurroundings, functions, usesData: false })
  renderer.render(translate(parse(template), functions), rootScope(rootOf(data)))
  return textOf(renderer.result())
}

function rootOf(data: object): GoMap {
  const root = goValue(data)
  return isMap(root) ? root : mapOfAny()
}
