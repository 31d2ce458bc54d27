import { catalogue } from '../templates/functions/catalogue.ts'
import { signatureOf, type TemplateFunction } from '../templates/functions/template-function.ts'

/** The page of functions, made from the catalogue. `npm run generate` writes it, a test compares it. */
export const functionDocsFile = new URL('../docs/template-functions.md', import.meta.url)

const HEAD = `# Template functions

Made from the catalogue by \`npm run generate\`; do not edit.

Names, order of arguments, types and results are those of sprig, External Secrets Operator and Go's text/template. What is from *argocd-external-secrets* is ours: External Secrets Operator does not know it, so that a template that uses it works here only. Lengths and positions count bytes. What a function works on comes last, so that it can be piped in.
Where sprig goes on with an error's text or with nothing, Handlebars templates fail; such functions are marked *lenient in Go*. In the table \`↵\` is a line break.

| function | what it gives | example | result | from |
|---|---|---|---|---|
`

export function functionDocs(): string {
  const functions = [...catalogue.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
  return HEAD + functions.map(line).join('')
}

function line(fn: TemplateFunction): string {
  const notes = [
    ...(fn.goOnError ? ['*lenient in Go*'] : []),
    ...(fn.random === 'seeded' ? ['*random*'] : []),
    ...(fn.random === 'unstable' ? ['*changes with every render*'] : []),
  ]
  const { go, handlebars, gives } = fn.example
  const examples = [go, ...(handlebars === undefined ? [] : [handlebars])].map(codeCell).join('<br>')
  const result = typeof gives === 'string' ? codeCell(gives) : 'random'
  return `| \`${signatureOf(fn).replaceAll('|', '\\|')}\` | ${[fn.doc, ...notes].join(' ').replaceAll('|', '\\|')} | ${examples} | ${result} | ${fn.source} |\n`
}

function codeCell(text: string): string {
  if (text === '') return ''
  const shown = text.replaceAll('\n', '↵').replaceAll('|', '\\|')
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``
}
