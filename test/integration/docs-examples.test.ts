import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { parseAllDocuments, stringify } from 'yaml'
import type { StoreRef } from '../../plugin/api/external-secret.ts'
import { readExternalSecret } from '../../plugin/api/read-external-secret.ts'
import { otherStoresOf } from '../../plugin/api/when-missing.ts'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { localPermissions } from '../../plugin/argocd/render-permissions.ts'
import { validateManifests } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { templatePorts } from '../support/render.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const OUR_KIND = /^kind: (?:ExternalSecret|SecretStore|ClusterSecretStore)$|^apiVersion: generators\./m
/** Those have a test of their own: they allow what stands on their page (test/security/docs-policies.test.ts). */
const POLICY = /^kind: TenancyPolicy$/m

/** What a page shows may need its reader's leave. */
const ALLOWING = { ...localPermissions, mayTarget: () => true }

interface Example {
  /** `docs/providers/aws.md:8`, where its first line is. */
  readonly place: string
  readonly yaml: string
}

interface StoreDocument {
  readonly metadata: object
  readonly spec: { readonly provider: Readonly<Record<string, Record<string, unknown>>> }
}

function examplesOf(page: string): readonly Example[] {
  const text = readFileSync(ROOT + page, 'utf8')
  return Array.from(text.matchAll(/^ *```ya?ml\n([\s\S]*?)^ *```/gm), ({ 1: yaml = '', index }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length + 1}`,
    yaml,
  }))
}

/** Everything that `validate` says of a stream, as one would read it; nothing when there is nothing to say. */
async function saidOf({ place, yaml }: Example): Promise<readonly string[]> {
  const { problems, doubts, warnings } = await validateManifests(
    [splitManifests(place, new TextEncoder().encode(yaml))],
    { mode: 'local', namespace: 'default', delivery: 'inline', stores: 'keep', output: 'yaml', permissions: ALLOWING },
    objectSchemas(providers, generators),
    templatePorts,
  )
  return [...problems, ...doubts, ...warnings].map((said) => `${said.place.object} ${said.place.field}: ${said.message}`)
}

/** An example that shows ExternalSecrets alone gets the stores that it names. */
function withStores({ place, yaml }: Example): Example {
  const documents = parseAllDocuments(yaml).map((document): unknown => document.toJS())
  const known = new Set(documents.filter(isStore).map((store) => JSON.stringify(store.metadata)))
  const stores = documents.flatMap((document) => {
    const { metadata, spec } = document as { metadata?: { namespace?: string }; spec?: { secretStoreRef?: StoreRef } }
    if (!spec?.secretStoreRef) return []
    const { value } = readExternalSecret(document)
    return [spec.secretStoreRef, ...(value ? otherStoresOf(value) : [])].flatMap(({ name = '', kind = 'SecretStore' }) => {
      const named = { name, ...(kind === 'SecretStore' && metadata?.namespace && { namespace: metadata.namespace }) }
      return known.has(JSON.stringify(named)) ? [] : [storeOf('fake', { data: [] }, named, kind)]
    })
  })
  return { place, yaml: [yaml, ...stores].join('\n---\n') }
}

function isStore(document: unknown): document is StoreDocument {
  return String((document as { kind?: unknown }).kind).endsWith('Store')
}

function storeOf(id: string, config: object, metadata: object = { name: 'example' }, kind = 'SecretStore'): string {
  return stringify({ apiVersion: 'external-secrets.io/v1', kind, metadata, spec: { provider: { [id]: config } } })
}

/** The store of a provider's page with the fields that a further example on it shows. */
function storeWith(id: string, page: readonly Example[], { place, yaml }: Example): Example {
  const [shown, ...others] = parseAllDocuments(yaml).map((document): Record<string, unknown> => document.toJS())
  const whole = parseAllDocuments(page.find((example) => OUR_KIND.test(example.yaml))?.yaml ?? '').map((one) => one.toJS())
  const store = whole.find(isStore)
  assert.ok(shown && store, `${place}: the page has a whole store`)
  const config = shown[id] ?? { ...store.spec.provider[id], ...shown }
  return { place, yaml: [storeOf(id, config), ...others.map((other) => stringify(other))].join('---\n') }
}

const pages = ['README.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()]
/** What a controller alone writes passes through a render, with a warning. */
const referencePages = globSync('docs/reference/*.md', { cwd: ROOT, exclude: ['docs/reference/generatorstate.md'] }).sort()
const providerPages = globSync('docs/providers/*.md', { cwd: ROOT }).sort()

describe('the examples of the documentation', () => {
  test('are of every provider', () => {
    assert.deepEqual(new Set(providerPages.map((page) => basename(page, '.md'))), new Set(providers.keys()))
  })

  test('are of every kind of generator, on its own page', () => {
    for (const kind of [...generators.keys(), 'ClusterGenerator', 'GeneratorState'])
      assert.equal(parseAllDocuments(examplesOf(`docs/reference/${kind.toLowerCase()}.md`)[0]?.yaml ?? '')[0]?.get('kind'), kind)
  })

  for (const page of [...pages, ...referencePages, ...providerPages]) {
    for (const example of examplesOf(page).filter(({ yaml }) => OUR_KIND.test(yaml))) {
      test(`${example.place} is valid, without a warning`, async () => {
        assert.deepEqual(await saidOf(withStores(example)), [])
      })
    }
  }

  for (const page of providerPages) {
    const examples = examplesOf(page)
    test(`${page} has a whole store`, () => assert.ok(examples.some(({ yaml }) => /^kind: SecretStore$/m.test(yaml))))
    for (const example of examples.filter(({ yaml }) => !OUR_KIND.test(yaml) && !POLICY.test(yaml))) {
      test(`${example.place} is valid as a part of the store, without a warning`, async () => {
        assert.deepEqual(await saidOf(storeWith(basename(page, '.md'), examples, example)), [])
      })
    }
  }
})
