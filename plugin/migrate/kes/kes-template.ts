import { isPlainObject, type PlainObject } from '../../api/plain-object.ts'
import type { FieldPath } from '../../model/field-path.ts'
import { decodedBase64 } from '../decoded-base64.ts'
import type { FieldWarning } from '../migration.ts'
import { type FieldObstacle, isObstacle, type Obstacle } from '../obstacle.ts'
import { bytesTemplate } from '../template-text.ts'
import type { KesSpec } from './kes-spec.ts'
import { isLodashTemplate, type Translated, translateEncoded, translateLodash } from './lodash-template.ts'

/** `spec.target` out of `spec.template`, with what is to be said about it. */
export interface KesTarget {
  readonly target: PlainObject
  readonly obstacles: readonly FieldObstacle[]
  readonly warnings: readonly FieldWarning[]
}

const RESPELT = 'JSON and YAML are written with sorted members, and spelt as Go spells them'
const FETCHED_WINS = 'a value that is read wins over it, so it is left out'
const COMPUTED =
  'inside Argo CD a label or annotation that is computed from values is refused, unless a rule of the policy allows it'

type Translate = (text: string) => Translated | Obstacle

/**
 * The template that the old program merges into its Secret, where what is read stays and wins. `isLabelled`: the object has labels or annotations of
 * its own, which that Secret does not get.
 */
export function kesTarget({ template, templatePath, data }: KesSpec, isLabelled: boolean): KesTarget {
  const reader = new TemplateReader(templatePath)
  const { type, metadata, data: encoded, stringData, immutable, ...rest } = template
  for (const field of Object.keys(rest)) {
    if (!['apiVersion', 'kind'].includes(field))
      reader.obstacle([field], 'a Secret has no such field, or none that can be said here')
  }
  const named = new Set(data.flatMap((datum) => ('name' in datum ? [datum.name] : [])))
  const keys = {
    ...reader.texts(['data'], encoded, encodedText, named),
    ...reader.texts(['stringData'], stringData, translateLodash),
  }
  const hasKeys = Object.keys(keys).length > 0
  const ownMetadata = reader.metadata(metadata)
  const shape = {
    ...(typeof type === 'string' && type !== 'Opaque' && { type }),
    ...((ownMetadata || isLabelled) && { metadata: ownMetadata ?? {} }),
    ...(hasKeys && { mergePolicy: 'Merge', data: keys }),
  }
  const target = {
    ...(immutable === true && { immutable: true }),
    ...(Object.keys(shape).length > 0 && { template: shape }),
  }
  return { target, obstacles: reader.obstacles, warnings: reader.warnings }
}

function encodedText(text: string): Translated | Obstacle {
  if (isLodashTemplate(text)) return translateEncoded(text)
  const bytes = decodedBase64(text)
  if (bytes) return { text: bytesTemplate(bytes), isRespelt: false }
  return { obstacle: 'the value is not base64, so Kubernetes refuses the Secret', remedy: 'move it to template.stringData' }
}

class TemplateReader {
  readonly obstacles: FieldObstacle[] = []
  readonly warnings: FieldWarning[] = []
  readonly #path: FieldPath

  constructor(path: FieldPath) {
    this.#path = path
  }

  obstacle(path: FieldPath, obstacle: string, remedy = 'see whether it can be removed'): void {
    this.obstacles.push({ path: [...this.#path, ...path], obstacle, remedy })
  }

  /** A map of templates; those of `left` are left out. */
  texts(path: FieldPath, map: unknown, translate: Translate, left: ReadonlySet<string> = new Set()): PlainObject {
    if (map === undefined || map === null) return {}
    if (!isPlainObject(map)) {
      this.obstacle(path, 'is no map', 'correct it')
      return {}
    }
    const entries: [string, string][] = []
    for (const [key, value] of Object.entries(map)) {
      const at = [...path, key]
      const text = typeof value === 'string' ? translate(value) : NO_TEXT
      if (left.has(key)) this.warn(at, FETCHED_WINS)
      else if (isObstacle(text)) this.obstacle(at, text.obstacle, text.remedy)
      else {
        entries.push([key, text.text])
        if (text.isRespelt) this.warn(at, RESPELT)
      }
    }
    return Object.fromEntries(entries)
  }

  metadata(given: unknown): PlainObject | undefined {
    if (given === undefined || given === null) return undefined
    if (!isPlainObject(given)) {
      this.obstacle(['metadata'], 'is no map', 'correct it')
      return undefined
    }
    const { labels, annotations, name: _name, namespace: _namespace, ...rest } = given
    for (const field of Object.keys(rest)) this.obstacle(['metadata', field], 'only labels and annotations can be said here')
    const own = {
      labels: this.texts(['metadata', 'labels'], labels, translateLodash),
      annotations: this.texts(['metadata', 'annotations'], annotations, translateLodash),
    }
    for (const [field, texts] of Object.entries({ labels, annotations })) {
      if (isPlainObject(texts) && Object.values(texts).some((text) => typeof text === 'string' && isLodashTemplate(text))) {
        this.warn(['metadata', field], COMPUTED)
      }
    }
    const filled = Object.fromEntries(Object.entries(own).filter(([, texts]) => Object.keys(texts).length > 0))
    return Object.keys(filled).length > 0 ? filled : undefined
  }

  warn(path: FieldPath, message: string): void {
    this.warnings.push({ path: [...this.#path, ...path], message })
  }
}

const NO_TEXT: Obstacle = { obstacle: 'the value is no text', remedy: 'put it in quotes' }
