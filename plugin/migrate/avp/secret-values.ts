import { isUtf8 } from 'node:buffer'
import { decodedBase64 } from '../decoded-base64.ts'
import { isObstacle, type Obstacle } from '../obstacle.ts'
import type { RemoteSource } from '../remote-source.ts'
import { transformOf } from './modifiers.ts'
import { hasPlaceholder, type Placeholder, type PlaceholderScope, splitPlaceholders } from './placeholder.ts'

/** What one key of a Secret becomes. */
export type SecretEntry =
  /** The provider's value, as it is or decoded. */
  | { readonly kind: 'value'; readonly source: RemoteSource; readonly wish: string }
  /** Text around values, or values with modifiers. */
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

export type TemplatePart = string | PrintedValue

export interface PrintedValue {
  readonly source: RemoteSource
  /** What the value would like to be called. */
  readonly wish: string
  /** Template text that prints it, for an expression that gives it. */
  readonly print: (value: string) => string
}

/** How placeholders of one object are read. */
export interface PlaceholderReading {
  readonly scope: PlaceholderScope
  sourceOf(placeholder: Placeholder): RemoteSource | Obstacle
}

/** `data` or `stringData`: the former takes what is put in for base64. */
export type SecretField = 'data' | 'stringData'

const plain = (value: string): string => `{{ ${value} }}`

/** One key of a Secret, as argocd-vault-plugin puts values into its text. */
export function secretEntry(field: SecretField, text: string, reading: PlaceholderReading): SecretEntry | Obstacle {
  const wrapped = wrappedText(text)
  if (wrapped !== undefined && hasPlaceholder(wrapped, reading.scope)) {
    if (field === 'data') return entryOfParts(splitPlaceholders(wrapped, reading.scope), reading)
    return {
      obstacle: 'base64 with placeholders inside, in stringData: the Secret would hold base64 of base64',
      remedy: 'move it to data, if the decoded text is what is wanted',
    }
  }
  const parts = splitPlaceholders(text, reading.scope)
  if (!parts.some((part) => typeof part !== 'string')) return literal(field, text)
  return field === 'stringData' ? entryOfParts(parts, reading) : entryOfBase64(parts, reading)
}

/** The decoded text where base64 has a `<…>` inside, as kustomize's secretGenerator makes it: it is replaced inside and encoded again. */
function wrappedText(text: string): string | undefined {
  const bytes = decodedBase64(text)
  if (bytes === undefined || !isUtf8(bytes)) return undefined
  const decoded = bytes.toString('utf8')
  return hasPlaceholder(decoded, 'all') ? decoded : undefined
}

function literal(field: SecretField, text: string): SecretEntry | Obstacle {
  const bytes = field === 'stringData' ? Buffer.from(text, 'utf8') : decodedBase64(text)
  if (bytes) return { kind: 'bytes', bytes }
  return { obstacle: 'the value is not base64, so Kubernetes refuses this Secret', remedy: 'move it to stringData' }
}

function entryOfParts(parts: readonly (string | Placeholder)[], reading: PlaceholderReading): SecretEntry | Obstacle {
  const printed: TemplatePart[] = []
  for (const part of parts) {
    const next = typeof part === 'string' ? part : printedValue(part, reading)
    if (typeof next === 'object' && isObstacle(next)) return next
    printed.push(next)
  }
  const [only] = printed
  if (printed.length === 1 && typeof only === 'object' && only.print === plain) {
    return { kind: 'value', source: only.source, wish: only.wish }
  }
  return { kind: 'template', parts: printed }
}

function printedValue(placeholder: Placeholder, reading: PlaceholderReading): PrintedValue | Obstacle {
  const source = reading.sourceOf(placeholder)
  if (isObstacle(source)) return source
  const transform = transformOf(placeholder.modifiers)
  if (isObstacle(transform)) return transform
  if (isBinary(source)) return BINARY_AS_TEXT
  const { decodingStrategy, print = plain } = transform
  const remoteRef = { ...source.remoteRef, ...(decodingStrategy && { decodingStrategy }) }
  return { source: { ...source, remoteRef }, wish: wishOf(placeholder), print }
}

const BINARY_AS_TEXT: Obstacle = {
  obstacle: 'SecretBinary is bytes, which argocd-vault-plugin puts into text as base64',
  remedy: 'write it into data, alone and without modifiers, or as a template with b64enc',
}

/** A secret of AWS without a property is asked for by SecretBinary alone. */
function isBinary({ store, remoteRef }: RemoteSource): boolean {
  return store.provider === 'aws' && remoteRef.property === undefined
}

/** In `data` what is put in has to be base64: by itself, or by base64encode as the last modifier. */
function entryOfBase64(parts: readonly (string | Placeholder)[], reading: PlaceholderReading): SecretEntry | Obstacle {
  const [placeholder] = parts
  if (parts.length !== 1 || typeof placeholder !== 'object') {
    return {
      obstacle: 'text around placeholders in data: all of it together would have to be base64',
      remedy: 'write the decoded text into stringData, with base64decode where a value is base64',
    }
  }
  const { modifiers } = placeholder
  const last = modifiers.at(-1)
  if (last?.name === 'base64encode' && last.words.length === 0) {
    return entryOfParts([{ ...placeholder, modifiers: modifiers.slice(0, -1) }], reading)
  }
  if (modifiers.length > 0) {
    return {
      obstacle: 'a value with modifiers in data, of which nothing says that it is base64',
      remedy: 'end the modifiers with base64encode, or write it into stringData (with base64decode, if it is base64)',
    }
  }
  const source = reading.sourceOf(placeholder)
  if (isObstacle(source)) return source
  const remoteRef = { ...source.remoteRef, ...(!isBinary(source) && { decodingStrategy: 'Base64' as const }) }
  return { kind: 'value', source: { ...source, remoteRef }, wish: wishOf(placeholder) }
}

function wishOf({ key, path }: Placeholder): string {
  return key === 'SecretBinary' ? (path?.split(/[/:]/).at(-1) ?? key) : key
}
