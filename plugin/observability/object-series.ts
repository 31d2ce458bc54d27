import type { ChangeStart } from '../model/change-start.ts'
import type { StandIn } from '../model/stand-in.ts'
import { escapedLabel } from './escaped-label.ts'
import { objectLabels } from './object-labels.ts'

/** Series of one kind of object, with ESO's names and labels (external-secrets.md 4.16). */
export interface ObjectSeries {
  /** One pass, whatever came of it; `seconds` is how long it took. */
  reconciled(object: NamedObject, seconds: number): void
  failed(object: NamedObject): void
  conditions(object: NamedObject, ready: { readonly status: string } | undefined): void
  deleted(object: NamedObject): void
  /** A value that does not exist, and what its author has put in its place; only of ExternalSecrets, once a pass. */
  stoodIn?(kind: StandIn['kind']): void
  /** A change at its provider is in its Secret, so long after it happened or was noticed; only of ExternalSecrets. */
  propagated?(from: ChangeStart['from'], seconds: number): void
}

export interface NamedObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
}

/** What is counted of one object; its names and labels are put together when somebody asks. */
interface Counts {
  passes: number
  failures: number
  /** Of the last pass. */
  nanoseconds: number | undefined
  ready: string | undefined
  /** Of the object, as a series has them: those that it had when it was told of last. */
  labels: string
}

const NANOSECONDS = 1e9

export interface ObjectTableOptions {
  /** Whether passes are counted, as ESO does for ExternalSecrets. */
  readonly countsPasses: boolean
  /** Whether the recommended labels of an object are labels of its series. */
  readonly hasObjectLabels: boolean
  readonly told?: Partial<Pick<ObjectSeries, 'stoodIn' | 'propagated' | 'deleted'>>
}

/** Five series an object, which would be most of what a process knows of one if they were kept as such. */
export class ObjectTable implements ObjectSeries {
  readonly stoodIn: NonNullable<ObjectSeries['stoodIn']>
  readonly propagated: NonNullable<ObjectSeries['propagated']>
  readonly #deleted: (object: NamedObject) => void
  readonly #prefix: string
  readonly #countsPasses: boolean
  readonly #labelsOf: (object: NamedObject) => string
  /** By namespace and name. */
  readonly #objects = new Map<string, Map<string, Counts>>()

  constructor(prefix: string, { countsPasses, hasObjectLabels, told = {} }: ObjectTableOptions) {
    this.stoodIn = told.stoodIn ?? (() => undefined)
    this.propagated = told.propagated ?? (() => undefined)
    this.#deleted = told.deleted ?? (() => undefined)
    this.#prefix = prefix
    this.#countsPasses = countsPasses
    this.#labelsOf = hasObjectLabels ? ({ metadata }) => objectLabels(metadata.labels) : () => ''
  }

  reconciled(object: NamedObject, seconds: number): void {
    const counts = this.#countsOf(object)
    counts.passes++
    counts.nanoseconds = Math.round(seconds * NANOSECONDS)
  }

  failed(object: NamedObject): void {
    this.#countsOf(object).failures++
  }

  conditions(object: NamedObject, ready: { readonly status: string } | undefined): void {
    if (ready) this.#countsOf(object).ready = ready.status
  }

  deleted(object: NamedObject): void {
    const { name, namespace = '' } = object.metadata
    this.#deleted(object)
    const objects = this.#objects.get(namespace)
    objects?.delete(name)
    if (objects?.size === 0) this.#objects.delete(namespace)
  }

  /** As Prometheus reads it. */
  text(): string {
    const lines: string[] = []
    const tell = (name: string, type: string, help: string, valuesOf: (counts: Counts) => readonly Sample[]): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      for (const [namespace, objects] of this.#objects)
        for (const [object, counts] of objects)
          for (const [labels, value] of valuesOf(counts))
            lines.push(
              `${name}{name="${escapedLabel(object)}",namespace="${escapedLabel(namespace)}"${labels}${counts.labels}} ${value}`,
            )
    }
    tell(`${this.#prefix}_reconcile_duration`, 'gauge', 'Nanoseconds of the last pass.', ({ nanoseconds }) =>
      nanoseconds === undefined ? [] : [['', nanoseconds]],
    )
    tell(`${this.#prefix}_status_condition`, 'gauge', 'The condition Ready: 1 for its status.', ({ ready }) =>
      ready === undefined ? [] : ['True', 'False'].map((status) => [condition(status), ready === status ? 1 : 0]),
    )
    if (!this.#countsPasses) return text(lines)
    const counted = (count: keyof Pick<Counts, 'passes' | 'failures'>) => (counts: Counts) =>
      counts.passes === 0 ? [] : [['', counts[count]] as const]
    tell(`${this.#prefix}_sync_calls_total`, 'counter', 'Passes over the ExternalSecret.', counted('passes'))
    // Also of those that never failed: Prometheus sees no rise in what first appears at 1.
    tell(`${this.#prefix}_sync_calls_error`, 'counter', 'Passes that failed.', counted('failures'))
    return text(lines)
  }

  #countsOf(object: NamedObject): Counts {
    const { name, namespace = '' } = object.metadata
    let objects = this.#objects.get(namespace)
    if (!objects) {
      objects = new Map()
      this.#objects.set(namespace, objects)
    }
    let counts = objects.get(name)
    if (!counts) {
      counts = { passes: 0, failures: 0, nanoseconds: undefined, ready: undefined, labels: '' }
      objects.set(name, counts)
    }
    counts.labels = this.#labelsOf(object)
    return counts
  }
}

/** Labels beside name and namespace, and a value. */
type Sample = readonly [labels: string, value: number]

function condition(status: string): string {
  return `,condition="Ready",status="${status}"`
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
