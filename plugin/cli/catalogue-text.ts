import { signatureOf, type TemplateFunction } from '../../templates/functions/template-function.ts'

/** Longer signatures push their line's text to the right. */
const WIDEST_SIGNATURE = 56

/** One line a function, by name: signature and what it gives. */
export function catalogueText(functions: Iterable<TemplateFunction>): string {
  const sorted = [...functions].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
  return sorted.map((fn) => `${signatureOf(fn).padEnd(WIDEST_SIGNATURE)}  ${fn.doc}\n`).join('')
}

/** All about one function. `result` is what its example gives. */
export function explanationText(fn: TemplateFunction, result: string): string {
  const { go, handlebars } = fn.example
  return [
    signatureOf(fn),
    '',
    fn.doc,
    ...notes(fn).map((note) => `Note: ${note}`),
    `Source: ${fn.source}`,
    '',
    'Example:',
    ...indented(go),
    ...(handlebars === undefined ? [] : ['', 'Example in Handlebars:', ...indented(handlebars)]),
    '',
    typeof fn.example.gives === 'string' ? 'Result:' : 'Result, this time:',
    ...indented(result),
    '',
  ].join('\n')
}

function notes({ goOnError, random, safeMessage }: TemplateFunction): readonly string[] {
  return [
    ...(goOnError === 'text' ? ['in Go templates an error becomes the result; Handlebars templates fail'] : []),
    ...(goOnError === 'nothing' ? ['in Go templates an error becomes nothing; Handlebars templates fail'] : []),
    ...(random === 'seeded' ? ['random'] : []),
    ...(random === 'unstable' ? ['changes with every render'] : []),
    ...(safeMessage ? [] : ['what it says when it fails may hold a value, and is withheld without --show-values']),
  ]
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`.trimEnd())
}
