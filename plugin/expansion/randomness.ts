import type { RandomKind, RandomSource, Surroundings } from '../../templates/engine.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { type Place, SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { ExpansionWarning } from './expansion-warning.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { digestOf, seededStream } from './seeded-stream.ts'

/** What random functions draw from. */
export interface RandomTools {
  /** Also what they draw from without a seed, and the unstable ones with it. */
  readonly surroundings: Surroundings
  readonly seed?: {
    /** Argo CD's; empty on the command line. */
    readonly project: string
    /** At least 32 bytes. */
    readonly value: SecretValue
  }
}

/** The surroundings of one template: the field that holds it, and the values that it is given. */
export type SurroundingsOf = (path: FieldPath, values: ReadonlyMap<string, SecretValue>) => Surroundings

/** The randomness of one ExternalSecret. */
export interface Randomness {
  readonly surroundingsOf: SurroundingsOf
  /** What its templates have called so far that gives something else next time. */
  warnings(): readonly ExpansionWarning[]
  /** The same where nothing may change by itself: inside Argo CD. Each is an InvalidSpec. */
  problems(): readonly SecretError[]
}

/** With a seed, each place of each template has a stream of its own (R13). Nothing is derived before a function draws. */
export function randomnessOf(input: ExternalSecretInput, { surroundings, seed }: RandomTools): Randomness {
  const called = new Called()

  function surroundingsOf(path: FieldPath, values: ReadonlyMap<string, SecretValue>): Surroundings {
    const field = fieldName(path)
    const onRandom: Surroundings['onRandom'] = (functionName, kind) => called.add(field, kind, functionName)
    if (!seed) return { ...surroundings, onRandom }

    const streams = new Map<string, RandomSource>()
    let inputs: string | undefined
    const streamAt = (position: string): RandomSource => {
      inputs ??= digestOf(values)
      const object = input.resource.metadata.name
      return seededStream(seed.value, { project: seed.project, namespace: input.namespace, object, field, position, inputs })
    }
    const random: Surroundings['random'] = (position, kind) => {
      if (kind === 'unstable') return surroundings.random(position, kind)
      const stream = streams.get(position) ?? streamAt(position)
      streams.set(position, stream)
      return stream
    }
    return { ...surroundings, onRandom, random }
  }

  function warnings(): readonly ExpansionWarning[] {
    const said: ExpansionWarning[] = []
    for (const [field, names] of called.fields()) {
      const place = { ...input.place, field }
      if (names.unstable.size > 0) said.push({ place, message: unstable(names.unstable) })
      if (names.seeded.size > 0 && !seed) said.push({ place, message: unseeded(names.seeded) })
    }
    return said
  }

  function problems(): readonly SecretError[] {
    if (seed || surroundings.unstable !== 'refused') return []
    return called
      .fields()
      .flatMap(([field, names]) => (names.seeded.size > 0 ? [withoutKeys({ ...input.place, field }, names.seeded)] : []))
  }

  return { surroundingsOf, warnings, problems }
}

type Names = Readonly<Record<RandomKind, Set<string>>>

/** Functions by the field whose template called them. */
class Called {
  readonly #byField = new Map<string, Names>()

  add(field: string, kind: RandomKind, functionName: string): void {
    const names = this.#byField.get(field) ?? { seeded: new Set(), unstable: new Set() }
    this.#byField.set(field, names)
    names[kind].add(functionName)
  }

  fields(): readonly (readonly [string, Names])[] {
    return [...this.#byField]
  }
}

function withoutKeys(place: Place, names: ReadonlySet<string>): SecretError {
  return new SecretError('InvalidSpec', `random functions would give another value with every render: ${listed(names)}`, {
    place,
    remedy:
      'have the administrator give the daemon keys (--keys DIR), or let External Secrets Operator make it (delivery: passthrough)',
  })
}

function unseeded(names: ReadonlySet<string>): string {
  return `random functions give another value with every render: ${listed(names)}; name a file of secret random bytes with --seed-file`
}

function unstable(names: ReadonlySet<string>): string {
  return `these functions give another value with every render, with a seed as well, and are refused in Argo CD: ${listed(names)}; let External Secrets Operator make it (delivery: passthrough)`
}

function listed(names: ReadonlySet<string>): string {
  return [...names].toSorted().join(', ')
}
