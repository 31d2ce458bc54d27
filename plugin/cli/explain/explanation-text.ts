import { parseGoDuration } from '../../api/go-duration.ts'
import type { Explanation } from '../../argocd/explain/explain-manifests.ts'
import type {
  ExplainedEntry,
  ExplainedExternalSecret,
  ExplainedKey,
  ExplainedSecret,
  KeySource,
  TemplateSource,
  UnusedKey,
} from '../../argocd/explain/explanation.ts'
import type { TracedRead } from '../../expansion/trace.ts'
import { printable } from '../../model/printable.ts'
import { quoteName } from '../../model/quote-name.ts'
import { shownFile } from '../../model/shown-file.ts'
import { leaf, type TreeNode, treeLines } from './tree-lines.ts'

/** What is longer is no version that people compare: the JSON output has all of it. */
const MAX_VERSION = 20

/** One tree a Secret, then what no Secret is made of. */
export function explanationText({ secrets, others }: Pick<Explanation, 'secrets' | 'others'>): string {
  const trees = secrets.map((secret) => treeLines(secretNode(secret)).join('\n'))
  const rest = others.map(({ object, reason }) => `${printable(object)}: no Secret (${reason})`)
  if (trees.length === 0 && rest.length === 0) return 'there is no ExternalSecret\n'
  return `${[...trees, ...(rest.length > 0 ? [rest.join('\n')] : [])].join('\n\n')}\n`
}

const OUTCOMES: Readonly<Record<ExplainedSecret['outcome'], string>> = {
  made: '',
  'left out': ': nothing of it exists, it is left out',
  failed: ': not made, see the problems',
}

const TARGETS: Readonly<Record<ExplainedSecret['target'], (kind: string) => string>> = {
  whole: () => '',
  merged: (kind) => `, merged into the ${kind} of the manifests`,
  partial: (kind) => `, these keys alone of a ${kind} that others make`,
}

function secretNode(secret: ExplainedSecret): TreeNode {
  const { kind, namespace, name, type, outcome, partial, target, externalSecrets, keys } = secret
  const facts = `${type === undefined ? '' : ` (${printable(type)})`}${printable(TARGETS[target](kind))}${partial ? ', partial' : ''}${OUTCOMES[outcome]}`
  return {
    text: `${printable(`${kind} ${namespace}/${name}`)}${facts}`,
    children: [...externalSecrets.map(externalSecretNode), ...keys.map(keyNode)],
  }
}

function externalSecretNode(one: ExplainedExternalSecret): TreeNode {
  const { name, place, creationPolicy, deletionPolicy, refresh, entries, unused } = one
  const where = place.file === undefined ? '' : ` (${printable(shownFile(place.file))}:${place.line ?? 1})`
  const silent = entries.filter(({ outcome }) => outcome !== 'given')
  return {
    text: `from ExternalSecret ${printable(name)}${where}`,
    children: [
      leaf(`creationPolicy ${creationPolicy}, deletionPolicy ${deletionPolicy}`),
      leaf(`refresh: ${refreshText(refresh)}`),
      ...silent.map((entry) => leaf(silentText(entry))),
      ...unused.map(unusedNode),
    ],
  }
}

function unusedNode(key: UnusedKey): TreeNode {
  const { text, children } = keyNode(key)
  const { readBy, mayBeReadBy } = key
  const readers = [
    ...(readBy.length > 0 ? [`read by ${readBy.join(', ')}`] : []),
    ...(mayBeReadBy.length > 0 ? [`may be read by ${mayBeReadBy.join(', ')}`] : []),
  ]
  if (readers.length === 0) return { text: `fetched but unused: ${text}`, children: [...children, leaf('no template reads it')] }
  return { text: `only for templates: ${text}`, children: [...children, ...readers.map((one) => leaf(printable(one)))] }
}

/** external-secrets.md 4.3 */
function refreshText({ policy, interval }: ExplainedExternalSecret['refresh']): string {
  if (policy === 'CreatedOnce') return 'with every render; a controller reads it once'
  if (policy === 'OnChange') return 'with every render; a controller reads it when the ExternalSecret changes'
  return (parseGoDuration(interval) ?? 0) > 0
    ? `with every render; a controller reads it every ${printable(interval)}`
    : 'with every render; a controller reads it once (refreshInterval 0)'
}

const SILENT: Readonly<Record<Exclude<ExplainedEntry['outcome'], 'given'>, string>> = {
  'left out': 'does not exist, and need not',
  failed: 'could not be read or used',
  'not asked': 'not asked: another problem was known before',
}

function notInText(stores: readonly string[]): string {
  return stores.length === 0 ? '' : `, not in ${stores.join(', ')}`
}

function silentText({ field, outcome, reads, store, provider, generator, notIn }: ExplainedEntry): string {
  const said = outcome === 'given' ? '' : SILENT[outcome]
  const asked = reads.map(readText).join('; ')
  const source = generator ?? storeText(store ?? '', provider)
  return [field, `${said}${asked === '' ? '' : ` (${asked})`}`, `${source}${notInText(notIn)}`].map(printable).join(': ')
}

function keyNode({ key, digest, from, overrides }: ExplainedKey): TreeNode {
  const name = key === undefined ? '(a key that a template computes from values)' : printable(key)
  return {
    text: `${name}${digest === undefined ? '' : `  ${digest}`}`,
    children: [leaf(sourceText(from)), ...overrides.map((one) => leaf(`overrides ${sourceText(one)}`))],
  }
}

function sourceText(source: KeySource): string {
  if (source.kind === 'manifest') return 'the Secret of the manifests'
  if (source.kind === 'default') return printable(`its default: nothing that ${source.externalSecret} asks for has it`)
  if (source.kind === 'template') return templateText(source)
  const { field, externalSecret, renamedFrom, rewrite } = source
  const from = source.kind === 'generated' ? source.generator : storeText(source.store, source.provider)
  const steps = [
    ...(source.kind === 'generated' ? ['generated'] : [source.read ? readText(source.read) : 'several values merged into one']),
    ...(renamedFrom === undefined ? [] : [`named ${quoteName(renamedFrom)} there`]),
    ...(rewrite.length > 0 ? [`rewritten (${rewrite.join(', ')})`] : []),
    ...(source.kind === 'read' && source.decoded ? ['decoded'] : []),
  ]
  const before = source.kind === 'read' ? source.notIn : []
  return printable(`${field} of ${externalSecret}: ${steps.join(', ')}, from ${from}${notInText(before)}`)
}

function templateText({ field, externalSecret, reads, mayReadAll }: TemplateSource): string {
  const named = reads.map(quoteName).join(', ')
  const all = reads.length > 0 ? 'and may read all other fetched keys' : 'may read all fetched keys'
  const read = [...(reads.length > 0 ? [`reads ${named}`] : []), ...(mayReadAll ? [all] : [])]
  return printable(`template ${field}, of ${externalSecret}: ${read.length > 0 ? read.join(', ') : 'reads no fetched key'}`)
}

function storeText(store: string, provider: string | undefined): string {
  return provider === undefined ? store : `${store} (${provider})`
}

function readText({ key, property, requestedVersion, version, part, stale }: TracedRead): string {
  const versions = [
    ...(requestedVersion === undefined ? [] : [`version ${quoteName(requestedVersion)}`]),
    ...(version === undefined || version === requestedVersion ? [] : [`read at version ${quoteName(cut(version))}`]),
  ]
  return [
    `key ${quoteName(key)}`,
    ...(property === undefined ? [] : [`property ${quoteName(property)}`]),
    ...versions,
    ...(part === 'metadata' ? ['its metadata'] : []),
    ...(stale ? ['the last good value'] : []),
  ].join(', ')
}

function cut(version: string): string {
  return version.length > MAX_VERSION ? `${version.slice(0, MAX_VERSION)}…` : version
}
