import { parseAllDocuments, stringify } from 'yaml'
import { type AvpOptions, migrateAvp } from '../../plugin/migrate/avp/migrate-avp.ts'
import type { Migration } from '../../plugin/migrate/migration.ts'
import { printStream } from '../../plugin/stream/print-stream.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { memoryProvider } from './memory-provider.ts'
import { renderText } from './render.ts'

/** Manifests of argocd-vault-plugin, migrated; for Vault without other options. */
export function migratedAvp(text: string, options: Partial<AvpOptions> = {}): Migration {
  return migrateAvp([splitManifests('app.yaml', new TextEncoder().encode(text))], {
    backend: 'vault',
    kvVersion: '2',
    storeKind: 'SecretStore',
    ...options,
  })
}

export function printedMigration({ streams, edits }: Migration): string {
  return new TextDecoder().decode(printStream(streams, edits))
}

export interface RenderedMigration {
  /** The first object. */
  readonly secret: {
    readonly kind: string
    readonly type?: string
    readonly metadata: object
    readonly data?: Readonly<Record<string, string>>
  }
  readonly said: readonly string[]
}

/** Renders what was migrated, its stores being ones that hold the values: `key` or `key@version` to the text there. */
export async function renderedMigration(
  migration: Migration,
  values: Readonly<Record<string, string>>,
): Promise<RenderedMigration> {
  const stores = migration.stores.map(({ object }) => stringify({ ...object, spec: { provider: { fake: { data: [] } } } }))
  const { output, problems } = await renderText([printedMigration(migration), ...stores].join('\n---\n'), memoryProvider(values))
  const [secret] = parseAllDocuments(new TextDecoder().decode(output)).map((document) => document.toJS() as unknown)
  return {
    secret: secret as RenderedMigration['secret'],
    said: [...migration.problems, ...problems].map(({ message, place }) => `${place.field}: ${message}`),
  }
}
