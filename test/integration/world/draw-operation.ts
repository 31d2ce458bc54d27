import { seededRandom } from '../../support/seeded-random.ts'
import { drawObject } from './draw-object.ts'
import { KEYS, NAMESPACES, OBJECTS, SHARED_TARGET } from './names.ts'
import type { Operation, TargetEdit } from './operation.ts'

/** Chance for one operation. */
export interface Draw {
  below(count: number): number
  of<T>(choices: readonly T[]): T
  /** True so many times of a hundred. */
  percent(times: number): boolean
}

export function drawFrom(seed: string): Draw {
  const random = seededRandom(seed)
  const below = (count: number): number => Math.min(count - 1, Math.floor(random.fraction() * count))
  return {
    below,
    of: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    percent: (times) => random.fraction() * 100 < times,
  }
}

const EDITS: readonly TargetEdit[] = [
  'made',
  'gone',
  'gone',
  'keyChanged',
  'keyAdded',
  'keyAdded',
  'keyRemoved',
  'managedRemoved',
  'hashRemoved',
  'ownersRemoved',
  'otherController',
  'labelAdded',
  'frozen',
]
const CONDITIONS: readonly (readonly object[] | undefined)[] = [
  undefined,
  undefined,
  [{ namespaces: ['shop'] }],
  [{ namespaceRegexes: ['^ba'] }],
  [{ namespaceSelector: { matchLabels: { tier: 'gold' } } }],
  [{}],
]

/** How often each comes, and what it is then. Nothing here depends on what happened before. */
const KINDS: readonly (readonly [weight: number, draw: (draw: Draw) => Operation])[] = [
  [24, (draw) => ({ what: 'externalSecret', ...place(draw), object: drawObject(draw) })],
  [4, (draw) => ({ what: 'externalSecretGone', ...place(draw) })],
  [3, (draw) => ({ what: 'externalSecretForced', ...place(draw) })],
  [
    3,
    (draw) => ({ what: 'secretStore', namespace: draw.of(NAMESPACES), state: draw.of(['there', 'there', 'gone', 'wrongMount']) }),
  ],
  [4, drawClusterStore],
  [
    3,
    (draw) => ({
      what: 'login',
      namespace: draw.of([...NAMESPACES, 'stores']),
      state: draw.of(['right', 'right', 'wrong', 'gone']),
    }),
  ],
  [14, (draw) => ({ what: 'value', key: draw.of(KEYS), state: draw.of(['changed', 'changed', 'gone']) })],
  [
    5,
    (draw) => ({ what: 'writtenValue', namespace: draw.of(NAMESPACES), key: draw.of(KEYS), state: draw.of(['changed', 'gone']) }),
  ],
  [16, drawTarget],
  [4, (draw) => ({ what: 'configMap', namespace: draw.of(NAMESPACES), ...drawText(draw) })],
  [
    3,
    (draw) => ({
      what: 'namespaceTier',
      namespace: draw.of(NAMESPACES),
      ...(draw.percent(60) && { tier: draw.of(['gold', 'tin']) }),
    }),
  ],
  [
    3,
    (draw) => ({
      what: 'clusterExternalSecret',
      ...(draw.percent(75) && { selects: draw.of(['gold', 'shop', 'all'] as const) }),
    }),
  ],
  [5, drawFault],
  [4, (draw) => ({ what: 'watches', how: draw.of(['cut', 'end', 'expire', 'compact']) })],
  [
    2,
    (draw) => ({
      what: 'providerFault',
      fault: draw.of(['internalError', 'throttled', 'connectionReset']),
      times: 1 + draw.below(30),
    }),
  ],
  [6, (draw) => ({ what: 'restart', how: draw.of(['graceful', 'crash', 'crashInWrite']) })],
]
const ALL_WEIGHTS = KINDS.reduce((sum, [weight]) => sum + weight, 0)

/** So many of the first make ExternalSecrets: a world without them shows little. */
const FIRST = 5

/** The operation of this number: the same for a seed, whatever others there are. */
export function drawOperation(seed: string, number: number): Operation {
  const draw = drawFrom(`${seed} operation ${number}`)
  if (number < FIRST) return { what: 'externalSecret', ...place(draw), object: drawObject(draw) }
  let left = draw.below(ALL_WEIGHTS)
  for (const [weight, drawn] of KINDS) {
    if (left < weight) return drawn(draw)
    left -= weight
  }
  throw new TypeError('weights add up')
}

function place(draw: Draw): { readonly namespace: string; readonly name: string } {
  return { namespace: draw.of(NAMESPACES), name: draw.of(OBJECTS) }
}

function drawClusterStore(draw: Draw): Operation {
  if (draw.percent(20)) return { what: 'clusterSecretStore', state: 'gone' }
  const conditions = draw.of(CONDITIONS)
  return {
    what: 'clusterSecretStore',
    state: 'there',
    ...(conditions && { conditions }),
    ...(draw.percent(10) && { controller: 'other' }),
  }
}

function drawTarget(draw: Draw): Operation {
  const { namespace, name } = place(draw)
  const target = draw.of([name, name, `${name}-renamed`, SHARED_TARGET])
  return { what: 'target', namespace, name: target, edit: draw.of(EDITS) }
}

function drawText(draw: Draw): { readonly text?: string } {
  if (draw.percent(25)) return {}
  return { text: draw.of(['first {{ .one }}', 'second {{ .one }}', 'plain', '{{ .nowhere }}']) }
}

function drawFault(draw: Draw): Operation {
  const verb = draw.of(['create', 'update', 'update', 'patch', 'delete', 'get'] as const)
  return { what: 'apiFault', verb, status: draw.of([409, 500, 503, 429]), times: 1 + draw.below(4) }
}
