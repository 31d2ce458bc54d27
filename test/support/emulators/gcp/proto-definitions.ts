import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** A message of protos.json (protobufjs' JSON form of a .proto file). */
export interface MessageDefinition {
  readonly fields: Readonly<Record<string, FieldDefinition>>
  readonly nested?: Readonly<Record<string, Definition>>
}

export interface FieldDefinition {
  readonly type: string
  readonly rule?: 'repeated'
  /** Only of a map. */
  readonly keyType?: string
}

export interface EnumDefinition {
  readonly values: Readonly<Record<string, number>>
}

export interface MethodDefinition {
  readonly requestType: string
  readonly responseType: string
  readonly parsedOptions: readonly Readonly<Record<string, unknown>>[]
}

export type Definition = MessageDefinition | EnumDefinition

interface ServiceDefinition {
  readonly methods: Readonly<Record<string, MethodDefinition>>
}

/** What `google.cloud.secretmanager.v1` is, out of the official client's own package. */
export interface SecretManagerProtos {
  readonly methods: ReadonlyMap<string, MethodDefinition>
  /** The definition that `type` means inside the message `scope`; undefined for a scalar or a type of another package. */
  lookup(type: string, scope: string): { readonly name: string; readonly definition: Definition } | undefined
}

export function loadSecretManagerProtos(): SecretManagerProtos {
  const file = createRequire(import.meta.url).resolve('@google-cloud/secret-manager/build/protos/protos.json')
  const root = JSON.parse(readFileSync(file, 'utf8'))
  const types: Record<string, unknown> = root.nested.google.nested.cloud.nested.secretmanager.nested.v1.nested
  const service = types['SecretManagerService'] as ServiceDefinition
  const known = new Map<string, Definition>()
  for (const [name, definition] of Object.entries(types)) collect(name, definition as Definition, known)

  return {
    methods: new Map(Object.entries(service.methods)),
    lookup(type, scope) {
      const scopes = scope.split('.')
      for (let depth = scopes.length; depth >= 0; depth--) {
        const name = [...scopes.slice(0, depth), type].join('.')
        const definition = known.get(name)
        if (definition) return { name, definition }
      }
      return undefined
    },
  }
}

function collect(name: string, definition: Definition, known: Map<string, Definition>): void {
  known.set(name, definition)
  const nested = 'nested' in definition ? definition.nested : undefined
  for (const [inner, child] of Object.entries(nested ?? {})) collect(`${name}.${inner}`, child, known)
}
