import { createHash } from 'node:crypto'
import { parse } from 'yaml'

/** What argocd-vault-plugin makes of a Secret, from its documented behaviour: the other side of a migration. */
export interface AvpSecret {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
}

/** Secrets of the backend by path, with the version behind `@` where one is asked for. */
export type AvpValues = Readonly<Record<string, Readonly<Record<string, string>>>>

const GENERIC = /<([^\n]*?)>/g
const INLINE = /<path:([^#]+?)#([^#]+?)(?:#([^#]+?))??>/g
const REFERENCE = /path:([^#]+)#([^#]+)(?:#([^\n]+))?/

class Missing extends Error {}

/** The keys of the Secret in the cluster, after Kubernetes has decoded `data` and merged `stringData`. */
export function avpSecretData(secret: AvpSecret, values: AvpValues): ReadonlyMap<string, Buffer> {
  const annotations = secret.metadata.annotations ?? {}
  const result = new Map<string, Buffer>()
  const put = (key: string, text: string, encoding: 'base64' | 'utf8'): void => {
    try {
      result.set(key, Buffer.from(secretReplacement(text, annotations, values), encoding))
    } catch (thrown) {
      if (!(thrown instanceof Missing) || annotations['avp.kubernetes.io/remove-missing'] !== 'true') throw thrown
    }
  }
  for (const [key, text] of Object.entries(secret.data ?? {})) put(key, text, 'base64')
  for (const [key, text] of Object.entries(secret.stringData ?? {})) put(key, text, 'utf8')
  return result
}

/** The texts that count as placeholders, with what stands between them, by the expressions that the plugin's documentation implies. */
export function avpPlaceholders(text: string, scope: 'inline' | 'all'): readonly string[] {
  return Array.from(text.matchAll(scope === 'all' ? GENERIC : INLINE), ([found]) => found)
}

type Annotations = Readonly<Record<string, string>>

function secretReplacement(text: string, annotations: Annotations, values: AvpValues): string {
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
  const decoded = isBase64 ? Buffer.from(text, 'base64').toString('utf8') : ''
  if (avpPlaceholders(decoded, 'all').length === 0) return replaced(text, annotations, values)
  return Buffer.from(replaced(decoded, annotations, values), 'utf8').toString('base64')
}

function replaced(text: string, annotations: Annotations, values: AvpValues): string {
  const path = annotations['avp.kubernetes.io/path']
  return text.replaceAll(path === undefined ? INLINE : GENERIC, (match) => {
    const [name = '', ...modifiers] = match.replaceAll(/^[<>]+|[<>]+$/g, '').split('|')
    const reference = REFERENCE.exec(name.replaceAll(/^ +| +$/g, ''))
    const version = reference ? reference[3] : annotations['avp.kubernetes.io/secret-version']
    const where = reference ? reference[1] : path
    const key = reference ? (reference[2] ?? '').trim() : name.trim()
    const value = values[version === undefined ? `${where}` : `${where}@${version}`]?.[key]
    if (value === undefined) throw new Missing('missing')
    return modifiers.reduce(modified, value)
  })
}

function modified(value: string, modifier: string): string {
  const [name = '', ...words] = modifier.trim().split(/\s+/)
  switch (name) {
    case 'base64encode':
      return Buffer.from(value, 'utf8').toString('base64')
    case 'base64decode':
      return Buffer.from(value, 'base64').toString('utf8')
    case 'sha256sum':
      return createHash('sha256').update(value).digest('hex')
    case 'jsonParse':
      return value
    case 'yamlParse':
      return JSON.stringify(parse(value))
    case 'indent':
      return indented(value, Number(words[0]))
    case 'jsonPath':
      return jsonPath(JSON.parse(value) as unknown, words.join(' '))
    default:
      throw new Error(name)
  }
}

/** As the plugin's builder does it, line by line. */
function indented(value: string, blanks: number): string {
  const lines = value.split('\n')
  let text = (lines[0] ?? '').trim() + (lines.length > 1 ? '\n' : '')
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue
    text += ' '.repeat(blanks) + line.trim() + (index < lines.length - 1 ? '\n' : '')
  }
  return text
}

function jsonPath(root: unknown, template: string): string {
  return template.replaceAll(/\{'([^']*)'\}|\{\$?([^}]*)\}/g, (_all, text: string | undefined, path: string) => {
    if (text !== undefined) return text
    let value = root
    for (const [, field, index, quoted] of path.matchAll(/\.([^.[]+)|\[(\d+)\]|\['([^']*)'\]/g)) {
      value = (value as Record<string, unknown>)[field ?? index ?? quoted ?? '']
      if (value === undefined) throw new Error('no such field')
    }
    return typeof value === 'object' ? goJson(value) : goText(value)
  })
}

/** As Go's encoding/json writes it. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
}

/** Numbers as Go prints a float64. */
function goText(value: unknown): string {
  if (typeof value !== 'number' || (Math.abs(value) < 1e6 && Math.abs(value) >= 1e-4) || value === 0) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}
