import { stringify } from 'yaml'
import { library } from '../templates/library/registry.ts'
import type { ShapeInput, TemplateShape } from '../templates/library/template-shape.ts'

/** The page of the template library, made from it. `npm run generate` writes it, a test compares it. */
export const libraryDocsFile = new URL('../docs/template-library.md', import.meta.url)

const HEAD = `# Template library

Made from the library by \`npm run generate\`; do not edit.

A Secret of a common shape needs no template: the annotation \`argocd-external-secrets.io/template\` on the ExternalSecret names the shape, and \`data\`, \`dataFrom\` and \`rewrite\` fetch the keys that it wants.

- The shape stands in the place of \`spec.target.template.data\`; to have both is an error. Everything else of \`spec.target.template\` keeps its meaning: \`type\` wins over the shape's, \`metadata\` and \`templateFrom\` come to it, and with \`mergePolicy: Merge\` the fetched keys stay.
- A key that is missing is an error that names the fetched keys and those that the shape wants. Keys that it does not know are left out. An optional key that is empty counts as missing.
- *line* is a value without line breaks and control characters, *text* is UTF-8, *certificate* and *private key* are PEM, *bytes* is anything: another value is an error.
- External Secrets Operator does not know the annotation: with \`delivery: passthrough\` it makes a Secret of the fetched keys as they are; there is a warning.
- For Java there is a key store in PKCS#12, [pkcs12-keystore](#pkcs12-keystore), which it has read since version 8, and one in its old format for what knows no other, [jks-keystore](#jks-keystore).

| shape | type of the Secret | keys |
|---|---|---|
`

/** The stream of a shape's example: a store that holds its values, and the ExternalSecret that picks it. */
export function exampleOf({ name, example }: TemplateShape): string {
  const store = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 'example' },
    spec: { provider: { fake: { data: [{ key: 'example', value: JSON.stringify(example.values) }] } } },
  }
  const externalSecret = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'example', annotations: { 'argocd-external-secrets.io/template': name } },
    spec: { secretStoreRef: { name: 'example' }, dataFrom: [{ extract: { key: 'example' } }] },
  }
  return [store, externalSecret].map((object) => stringify(object, { lineWidth: 0 })).join('---\n')
}

export function libraryDocs(): string {
  const shapes = [...library.values()]
  const rows = shapes.map(
    ({ name, type, data }) =>
      `| [${name}](#${name}) | ${type ?? 'Opaque'} | ${data.map(({ key }) => `\`${key}\``).join(', ')} |\n`,
  )
  return HEAD + rows.join('') + shapes.map(section).join('')
}

function section(shape: TemplateShape): string {
  const head = `\n## ${shape.name}\n\n${shape.doc}\n\n`
  if (shape.onlyByPolicy !== undefined)
    return `${head}A render refuses it: ${shape.onlyByPolicy}. Until then External Secrets Operator can make it, by \`delivery: passthrough\` and a template of your own.\n\n${inputs(shape)}`
  return `${head}${inputs(shape)}\n\`\`\`yaml\n${exampleOf(shape)}\`\`\`\n\nThe Secret:\n\n${secret(shape)}`
}

function inputs({ inputs, anyKeys, oneOf }: TemplateShape): string {
  const any = anyKeys ? `It takes every fetched key, each a *${anyKeys.holds}*.\n` : ''
  const choice = oneOf
    ? `\nNeeded are ${oneOf.map((group) => group.map((key) => `\`${key}\``).join(' with ')).join(', or ')}.\n`
    : ''
  if (inputs.length === 0) return any
  return `| key | what | value | |\n|---|---|---|---|\n${inputs.map(inputRow).join('')}${choice}${any}`
}

function inputRow({ key, doc, holds, use }: ShapeInput): string {
  return `| \`${key}\` | ${doc} | ${holds} | ${use} |\n`
}

function secret({ type, example }: TemplateShape): string {
  const data = Object.fromEntries(
    Object.entries(example.gives).map(([key, text]) => [
      key,
      typeof text === 'string' ? text : '(bytes, other ones for each object)',
    ]),
  )
  const shown = { type: type ?? 'Opaque', 'data, decoded': data }
  return `\`\`\`text\n${stringify(shown, { lineWidth: 0, blockQuote: 'literal' })}\`\`\`\n`
}
