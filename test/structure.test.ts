import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

/** The shape of the house (docs/development.md): which folder may import which. What is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'plugin/model': [],
  'plugin/json': ['plugin/model', 'templates/escaped-keys.ts'],
  // An annotation that holds YAML is read by the same reader and limits as manifests.
  'plugin/api': ['plugin/model', 'plugin/stream/read-yaml-value.ts'],
  // How kinds are spelt in a list of them.
  'plugin/config': ['plugin/model', 'plugin/api/group-kind.ts'],
  'plugin/observability': ['plugin/model'],
  'plugin/stream': ['plugin/model'],
  'plugin/providers': [
    'plugin/model',
    'plugin/json',
    'plugin/api/crd-facts.ts',
    'plugin/api/names.ts',
    'plugin/api/selectors.ts',
    'plugin/api/go-duration.ts',
    // A webhook's requests are templates (external-secrets.md 7.7).
    'templates/engine.ts',
    'templates/go-template/request-template.ts',
    // A watch of another cluster, over a connection of the store's own; never the way into this program's own cluster.
    'plugin/kube/api-transport.ts',
    'plugin/kube/core-resources.ts',
    'plugin/kube/kube-error.ts',
    'plugin/kube/kube-object.ts',
    'plugin/kube/object-cache.ts',
    'plugin/kube/object-identity.ts',
    'plugin/kube/reflector.ts',
    'plugin/kube/reflector-options.ts',
    'plugin/kube/rest-client.ts',
  ],
  'plugin/generators': ['plugin/model', 'plugin/json', 'plugin/api', 'plugin/providers'],
  'plugin/expansion': [
    'plugin/model',
    'plugin/json',
    'plugin/api',
    'plugin/generators/generator.ts',
    'plugin/providers/provider.ts',
    'plugin/providers/secret-lister.ts',
    'plugin/providers/secret-reader.ts',
    'templates/engine.ts',
    'templates/meter.ts',
    'templates/byte-text.ts',
    'templates/json-syntax.ts',
    'templates/go-format/quote.ts',
    // What an object that is no Secret is while templates write into it.
    'templates/go-yaml/json-like.ts',
    'templates/scopes',
    'templates/library',
  ],
  'plugin/stores': [
    'plugin/model',
    'plugin/api',
    'plugin/providers',
    'plugin/generators/generator.ts',
    'plugin/expansion/store-source.ts',
    'plugin/expansion/generator-source.ts',
  ],
  'plugin/policy': [
    'plugin/model',
    'plugin/api',
    'plugin/stream',
    'plugin/stores',
    'plugin/providers/provider.ts',
    'plugin/providers/registry.ts',
    'plugin/providers/credential-source.ts',
    'plugin/providers/private-address.ts',
    'plugin/expansion/store-source.ts',
    'plugin/expansion/generator-source.ts',
    'plugin/argocd/render-permissions.ts',
  ],
  'plugin/argocd': [
    'plugin/model',
    'plugin/api',
    'plugin/stream',
    'plugin/expansion',
    'plugin/stores',
    'plugin/providers/provider.ts',
    'plugin/providers/registry.ts',
    'plugin/generators/generator.ts',
    'plugin/generators/registry.ts',
    'plugin/config',
  ],
  'plugin/client': [
    'plugin/model',
    'plugin/config/environment.ts',
    'plugin/config/usage-error.ts',
    'plugin/argocd/wire',
    'plugin/argocd/source',
    'plugin/argocd/request/plugin-parameters.ts',
    'plugin/argocd/request/requested-source.ts',
    'plugin/cli/report.ts',
  ],
  'plugin/cmp': ['plugin/model', 'plugin/argocd/request', 'plugin/argocd/source', 'plugin/argocd/wire'],
  'plugin/transport': ['plugin/model', 'plugin/config/usage-error.ts', 'plugin/providers/http-client.ts'],
  'plugin/daemon': [
    'plugin/model',
    'plugin/transport',
    'plugin/argocd',
    'plugin/policy',
    'plugin/stores',
    'plugin/stream',
    'plugin/config/usage-error.ts',
    'plugin/observability',
    'plugin/expansion/store-source.ts',
    'plugin/expansion/generator-source.ts',
    'plugin/expansion/template-runs.ts',
    'plugin/providers/registry.ts',
    'plugin/providers/secret-reader.ts',
    'plugin/cli/report.ts',
  ],
  'plugin/migrate': ['plugin/model', 'plugin/api', 'plugin/stream', 'plugin/argocd/place-of.ts'],
  'plugin/kube': ['plugin/model'],
  'plugin/refresh': ['plugin/model', 'plugin/api'],
  'plugin/controller': [
    'plugin/model',
    'plugin/transport',
    'plugin/api',
    'plugin/kube',
    'plugin/refresh',
    'plugin/expansion',
    'plugin/stores',
    'plugin/observability',
    // Sync windows of Argo CD: its globs, and one setting that is YAML.
    'plugin/argocd/source/glob.ts',
    'plugin/stream/read-yaml-value.ts',
    'plugin/generators/generator.ts',
    'plugin/generators/registry.ts',
    'plugin/providers/provider.ts',
    'plugin/providers/registry.ts',
    'plugin/providers/change-detector.ts',
    'plugin/providers/credential-source.ts',
    'plugin/providers/secret-reader.ts',
    'plugin/providers/http-client.ts',
    'plugin/config/usage-error.ts',
  ],
  'plugin/cli': ['plugin', 'templates'],
  'plugin/main.ts': ['plugin'],
  templates: [],
}

const SDK = /^(@aws-sdk|@smithy|@azure|@google-cloud|google-auth-library|google-gax|gaxios|node-vault)(\/|$)/

interface SourceFile {
  readonly name: string
  readonly folder: string
  readonly text: string
  /** Paths from the root for our own files, package names for others. */
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = globSync(['plugin/**/*.ts', 'templates/**/*.ts']).map(readSource)

function readSource(name: string): SourceFile {
  const text = readFileSync(name, 'utf8')
  const specifiers = Array.from(text.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g), (match) => match[1] ?? '')
  return { name, folder: houseFolder(name), text, imports: specifiers.map((specifier) => resolved(name, specifier)) }
}

function resolved(from: string, specifier: string): string {
  return specifier.startsWith('.') ? path.join(path.dirname(from), specifier) : specifier
}

function houseFolder(name: string): string {
  if (name.startsWith('templates/')) return 'templates'
  return name.split('/').slice(0, 2).join('/')
}

function violations(rule: (file: SourceFile) => readonly string[]): readonly string[] {
  return files.flatMap((file) => rule(file).map((what) => `${file.name}: ${what}`))
}

function within(target: string, folder: string): boolean {
  return target === folder || target.startsWith(`${folder}/`)
}

/** The code without comments, string contents left in: good enough to look for a call. */
function code(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}

function uses(pattern: RegExp, allowed: (name: string) => boolean): readonly string[] {
  return violations((file) => (allowed(file.name) ? [] : Array.from(code(file.text).matchAll(pattern), ([found]) => found)))
}

test('there is something to check', () => {
  assert.ok(files.length > 20, `${files.length} files`)
})

test('imports point one way', () => {
  const wrong = violations((file) => {
    const allowed = MAY_IMPORT[file.folder]
    if (!allowed) return [`no rule for the folder ${file.folder}`]
    return file.imports.filter(
      (target) =>
        /^(plugin|templates)\//.test(target) && !within(target, file.folder) && !allowed.some((folder) => within(target, folder)),
    )
  })
  assert.deepEqual(wrong, [])
})

test('a provider never imports a sibling', () => {
  const wrong = violations((file) => {
    const own = /^plugin\/providers\/[^/]+\//.exec(file.name)?.[0]
    return own ? file.imports.filter((target) => /^plugin\/providers\/[^/]+\//.test(target) && !target.startsWith(own)) : []
  })
  assert.deepEqual(wrong, [])
})

test('an SDK is imported by the sdk files of its provider alone, and those are loaded lazily', () => {
  const isSdkFile = (name: string): boolean => /^plugin\/providers\/[^/]+\/sdk(-[a-z-]+)?\.ts$/.test(name)
  assert.deepEqual(
    violations((file) => (isSdkFile(file.name) ? [] : file.imports.filter((target) => SDK.test(target)))),
    [],
  )
  const eager = violations((file) =>
    isSdkFile(file.name)
      ? []
      : Array.from(file.text.matchAll(/^(?:import|export) (?!type)[^\n]*from '(\.\/sdk[^']*)'/gm), (match) => match[1] ?? ''),
  )
  assert.deepEqual(eager, [])
})

test('@kubernetes/client-node appears in kube/ alone', () => {
  assert.deepEqual(
    violations((file) =>
      file.name.startsWith('plugin/kube/') ? [] : file.imports.filter((target) => target.startsWith('@kubernetes/')),
    ),
    [],
  )
})

test('process.env is read in config/ alone', () => {
  assert.deepEqual(
    uses(/process\.env\b/g, (name) => name.startsWith('plugin/config/')),
    [],
  )
})

test('console is used in cli/ alone', () => {
  assert.deepEqual(
    uses(/\bconsole\.\w+/g, (name) => name.startsWith('plugin/cli/')),
    [],
  )
})

test('time and randomness come through ports', () => {
  const isPort = (name: string): boolean => ['plugin/model/clock.ts', 'plugin/model/random.ts'].includes(name)
  assert.deepEqual(
    uses(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bsetInterval\(/g, isPort),
    [],
  )
})

test('no code is generated', () => {
  assert.deepEqual(
    uses(/\beval\(|\bnew Function\(|from 'node:vm'/g, () => false),
    [],
  )
})

test('files are named in kebab case and every folder says what it is for', () => {
  assert.deepEqual(
    files.map((file) => path.basename(file.name)).filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(?:\.d)?\.ts$/.test(name)),
    [],
  )
  const folders = new Set(
    files.filter((file) => file.name.split('/').length > 2).map((file) => file.name.split('/').slice(0, 2).join('/')),
  )
  assert.deepEqual(
    [...folders].filter((folder) => !existsSync(path.join(folder, 'README.md'))),
    [],
  )
})
