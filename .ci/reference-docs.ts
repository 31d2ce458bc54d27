import { stringify } from 'yaml'
import { fieldsKey, fieldTable, type OtherPages, rowsOf, shapesIn } from './field-table.ts'
import { type ReferenceKind, referenceKinds } from './reference-kinds.ts'

const FOLDER = new URL('../docs/reference/', import.meta.url)
const HEAD = '<!-- Made from plugin/api by `npm run generate`; do not edit. -->\n'

/** A page for each kind of the API, from the schemas that read manifests. `npm run generate` writes them, a test compares. */
export async function referenceFiles(): Promise<readonly (readonly [file: URL, text: string])[]> {
  const kinds = await referenceKinds()
  return [
    [new URL('README.md', FOLDER), overview(kinds)],
    ...kinds.map((one) => [new URL(fileOf(one.kind), FOLDER), pageOf(one, heldBy(one, kinds))] as const),
  ]
}

function fileOf(kind: string): string {
  return `${kind.toLowerCase()}.md`
}

/** A kind of a cluster holds specs of kinds of namespaces, which have pages of their own. */
function heldBy({ scope, apiVersion }: ReferenceKind, kinds: readonly ReferenceKind[]): OtherPages {
  const held = kinds.filter((one) => scope === 'Cluster' && one.scope === 'Namespaced' && one.apiVersion === apiVersion)
  const links = held.map(
    ({ kind, spec }) => [fieldsKey(spec), `[spec of ${article(kind)} ${kind}](${fileOf(kind)}#writing-a-spec)`] as const,
  )
  return new Map(links.filter(([key]) => key !== ''))
}

function overview(kinds: readonly ReferenceKind[]): string {
  const [own, generators] = [false, true].map((wanted) =>
    kinds
      .filter(({ apiVersion }) => isGenerator(apiVersion) === wanted)
      .map(
        ({ kind, shortName, scope, summary }) =>
          `| [${kind}](${fileOf(kind)}) | ${shortName === undefined ? '' : `\`${shortName}\``} | ${scope === 'Cluster' ? 'cluster' : 'namespace'} | ${summary} |\n`,
      ),
  )
  const table = (rows: readonly string[] = []): string =>
    `| kind | short | belongs to a | what |\n|---|---|---|---|\n${rows.join('')}`
  return `${HEAD}# Reference

A page for each kind of the API: an example, every field of \`spec\`, what to know when working with it, and its \`status\`. The same schemas make the [definitions for API servers](../controller-install.md#the-kinds).

## ExternalSecrets and stores

\`external-secrets.io/v1\`; PushSecret and ClusterPushSecret, which are checked and not acted on, \`external-secrets.io/v1alpha1\`.

${table(own)}
## Generators

\`generators.external-secrets.io/v1alpha1\`. What is common to them: [generators](../generators.md).

${table(generators)}`
}

function isGenerator(apiVersion: string): boolean {
  return apiVersion.startsWith('generators.')
}

function pageOf({ kind, summary, spec, older, status, page }: ReferenceKind, pages: OtherPages): string {
  const rows = rowsOf(spec, 'spec', pages)
  const old = older && new Set(rowsOf(older, 'spec', pages).map(({ path }) => path))
  const parts = [
    `${HEAD}# ${kind}\n\n${summary}\n`,
    `## Example\n\n\`\`\`yaml\n${page.examples.map((example) => stringify(example, { lineWidth: 0 })).join('---\n')}\`\`\`\n`,
    `## Writing a spec\n\n${fields(rows, (path) => old?.has(path) ?? true)}`,
    ...(page.rules ? [list(page.rules)] : []),
    ...shapesIn(rows),
    `## Working with ${article(kind)} ${kind}\n`,
    ...(page.working ?? []),
    list(page.notes),
    `## Status\n\n${statusText(status, page.status)}`,
  ]
  return parts.join('\n')
}

function fields(rows: ReturnType<typeof rowsOf>, isOlder: (path: string) => boolean): string {
  if (rows.length === 1) return 'It has no fields: `spec: {}`, or none.\n'
  const bold = rows.some(({ isRequired }) => isRequired) ? 'Fields in **bold** are required.\n\n' : ''
  return `${bold}${fieldTable(rows, isOlder)}`
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}\n`).join('')
}

function statusText(status: ReferenceKind['status'], text: string | undefined): string {
  return status ? `Written by a controller alone.\n\n${fieldTable(rowsOf(status, 'status'))}` : `${text ?? ''}\n`
}

function article(kind: string): string {
  return /^(?:[AE]|MFA|SSH|STS)/.test(kind) ? 'an' : 'a'
}
