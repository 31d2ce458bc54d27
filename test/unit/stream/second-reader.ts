import { parseDocument, type ScalarTag, type Tags } from 'yaml'

/** The scalars of go-yaml v2 as tags of the `yaml` package, written apart from our reader so that each checks the other. */
const goTags: ScalarTag[] = [
  { tag: 'tag:yaml.org,2002:bool', default: true, test: /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/, resolve: () => true },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/,
    resolve: () => false,
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[xX][0-9a-fA-F_]+$/,
    resolve: (text) => signed(text, (digits) => Number.parseInt(digits.slice(2), 16)),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[bB][01_]+$/,
    resolve: (text) => signed(text, (digits) => Number.parseInt(digits.slice(2), 2)),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[oO_]?[0-7_]*$/,
    resolve: (text) => signed(text, (digits) => Number.parseInt(digits.replace(/o/i, ''), 8)),
  },
  { tag: 'tag:yaml.org,2002:int', default: true, test: /^[-+]?[1-9][0-9_]*$/, resolve: (text) => signed(text, Number) },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^[-+]?(?:\.[0-9]|[0-9][0-9_]*\.?)[0-9_]*(?:[eE][-+]?[0-9]+)?$/,
    resolve: (text) => {
      const number = Number(text.replaceAll('_', ''))
      return Number.isFinite(number) ? number : text
    },
  },
  {
    tag: 'tag:yaml.org,2002:binary',
    resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
  },
]

function signed(text: string, parse: (digits: string) => number): number {
  const digits = text.replaceAll('_', '')
  const magnitude = parse(digits.replace(/^[-+]/, ''))
  return digits.startsWith('-') && magnitude !== 0 ? -magnitude : magnitude
}

const KEPT = new Set(['tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq', 'tag:yaml.org,2002:str', 'tag:yaml.org,2002:null'])

/** What the `yaml` package makes of a document when its scalars mean what they mean to Kubernetes. */
export function readWithYaml(text: string): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    logLevel: 'silent',
    customTags: (tags: Tags): Tags => [
      ...tags.filter((tag) => typeof tag === 'object' && (KEPT.has(tag.tag) || tag.tag.endsWith(':merge'))),
      ...goTags,
    ],
  })
  if (document.errors.length > 0) throw document.errors[0] ?? new Error('unreadable')
  return document.toJS({ maxAliasCount: -1 })
}
