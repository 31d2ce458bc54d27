import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Budget, TemplateError } from '../../templates/engine.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { engines, type Language } from './template-trial.ts'

/** The largest template of which the bar speaks: it ends within a second and 64 MiB. Here what it costs is counted, on no clock. */
const TEMPLATE_BYTES = 64 * 1024

/** What the program allows (plugin/cli/template-tools.ts). */
const LIMITS = { steps: 1_000_000, depth: 100, outputBytes: 1024 * 1024, wallTimeMs: 1_000, heavyCalls: 8 }

/** As much of `unit` as a template holds. */
function full(unit: string, head = '', tail = ''): string {
  return head + unit.repeat(Math.floor((TEMPLATE_BYTES - head.length - tail.length) / unit.length)) + tail
}

/** `body` as often as steps allow, over and over in the text too. */
const goLoop = (body: string): string => full(body, '{{range until 1000}}{{range until 1000}}', '{{end}}{{end}}')
/** The same, each result kept in a map. */
const goKept = (value: string, before = ''): string =>
  full(
    `{{$_ := set $kept (print $i "-" $j "-" (len $kept)) (${value})}}`,
    `${before}{{$kept := dict}}{{range $i := until 1000}}{{range $j := until 1000}}`,
    '{{end}}{{end}}',
  )
const handlebarsLoop = (body: string): string => full(body, '{{#each (until 1000)}}{{#each (until 1000)}}', '{{/each}}{{/each}}')

const JSON_OF = (item: string): string => `{{$t := printf "[%s1]" (repeat 30000 "${item},")}}`

const go: Readonly<Record<string, string>> = {
  'plain text': full('x'),
  'small actions': full('{{1}}'),
  'variables in a loop': goLoop('{{$a := 1}}'),
  'nested blocks': full('{{if 1}}'),
  'else after else': full('{{else if 0}}', '{{if 0}}', '{{end}}'),
  'many arguments': full(' 1', '{{print', '}}'),
  'a long pipeline': full(' | print', '{{1', '}}'),
  'nested parentheses': full('(', '{{'),
  'a template that calls itself': full('{{template "a"}}', '{{define "a"}}', '{{end}}{{template "a"}}'),
  'texts of a mebibyte': goLoop('{{$x := repeat 1000000 "a"}}'),
  'kept texts': goKept('repeat 10000 "ab" | upper'),
  'kept random bytes': goKept('randBytes 10000'),
  'kept numbers': goKept('until 10000'),
  'kept lists': goKept('list (list (list $i)) $j'),
  'kept maps': goKept('dict "a" (dict "b" (dict "c" $i))'),
  'kept parts': goKept('chunk 1 $t', '{{$t := until 10000}}'),
  'kept splits': goKept('split "" (repeat 6000 "a")'),
  'kept JSON': goKept('fromJson $t', JSON_OF('{}')),
  'kept YAML': goKept('fromYaml (print "a: " $t)', JSON_OF('{}')),
  'kept matches': goKept('regexFindAll "a" $t -1', '{{$t := repeat 10000 "a"}}'),
  'a list that doubles': goLoop('{{$x := list 1}}{{$x = concat $x $x}}'),
  ciphers: goLoop('{{$_ := encryptAES "key" "text"}}'),
  'slow passwords': goLoop('{{$_ := derivePassword 1 "long" "a" "b" "c"}}'),
  'hashed passwords': goLoop('{{$_ := bcrypt "a"}}'),
  keys: goLoop('{{$_ := genPrivateKey "ed25519"}}'),
  expressions: `{{$_ := regexMatch "${full('(a|b)', '', ' '.repeat(60))}" "x"}}`.slice(0, TEMPLATE_BYTES),
}

const handlebars: Readonly<Record<string, string>> = {
  'plain text': full('x'),
  'small actions': full('{{1}}'),
  'nested blocks': full('{{#if 1}}'),
  'else after else': full('{{else if 0}}', '{{#if 0}}', '{{/if}}'),
  'many arguments': full(' 1', '{{print', '}}'),
  'nested calls': full('(upper ', '{{upper '),
  'texts of a mebibyte': handlebarsLoop('{{len (repeat 1000000 "a")}}'),
  numbers: handlebarsLoop('{{len (until 10000)}}'),
  JSON: handlebarsLoop('{{len (fromJson (repeat 1 (print "[" (repeat 30000 "{},") "1]")))}}'),
  YAML: handlebarsLoop('{{len (fromYaml (print "a: [" (repeat 30000 "{},") "1]"))}}'),
  matches: handlebarsLoop('{{len (regexFindAll "a" (repeat 10000 "a") -1)}}'),
  ciphers: handlebarsLoop('{{len (encryptAES "key" "text")}}'),
  'slow passwords': handlebarsLoop('{{len (derivePassword 1 "long" "a" "b" "c")}}'),
  'hashed passwords': handlebarsLoop('{{len (bcrypt "a")}}'),
  'random letters': handlebarsLoop('{{randAlphaNum 1000}}'),
}

interface Cost {
  readonly outcome: Uint8Array | TemplateError
  /** How often the meter looked at the clock, which stands still. */
  readonly looks: number
}

function costOf(language: Language, template: string): Cost {
  let looks = 0
  const budget: Budget = {
    ...LIMITS,
    now: () => {
      looks += 1
      return 0
    },
  }
  const random = seededRandom('budget')
  const surroundings = { random: () => random, now: () => 0, localZone: 'UTC' }
  try {
    return { outcome: engines[language].compile(template).render(new Map(), budget, surroundings).bytes, looks }
  } catch (thrown) {
    assert.ok(thrown instanceof TemplateError, String(thrown))
    return { outcome: thrown, looks }
  }
}

for (const [language, templates] of [
  ['go', go],
  ['handlebars', handlebars],
] as const) {
  describe(`a ${language} template of 64 KiB ends by what is counted, without a clock`, () => {
    for (const [what, template] of Object.entries(templates)) {
      test(what, () => {
        assert.ok(template.length > 0.9 * TEMPLATE_BYTES && template.length <= TEMPLATE_BYTES, `${template.length} bytes`)
        const { outcome, looks } = costOf(language, template)
        // A clock that is looked at too seldom lets a render go on behind its end.
        if (outcome instanceof TemplateError && /steps/.test(outcome.message)) assert.ok(looks > 1, `${looks} looks`)
        if (outcome instanceof TemplateError) assert.ok(outcome.safe, outcome.message)
        else assert.ok(outcome.byteLength <= LIMITS.outputBytes)
      })
    }
  })
}

describe('what is slow is counted by how slow it is', () => {
  for (const [call, heavyCalls, times] of [
    ['bcrypt "a"', 2, 2],
    ['derivePassword 1 "long" "a" "b" "c"', 2, 1],
    ['genPrivateKey "ed25519"', 8, 8],
    ['genPrivateKey "dsa"', 7, 1],
    ['genPrivateKey "rsa"', 7, 1],
  ] as const) {
    test(`of ${heavyCalls}, ${call} can be called ${times} times`, () => {
      const random = seededRandom('budget')
      const surroundings = { random: () => random, now: () => 0, localZone: 'UTC' }
      const budget = { ...LIMITS, heavyCalls, now: () => 0 }
      const rendered = (count: number): Uint8Array =>
        engines.go.compile(`{{range until ${count}}}{{$_ := ${call}}}{{end}}`).render(new Map(), budget, surroundings).bytes
      assert.equal(rendered(times).byteLength, 0)
      assert.throws(() => rendered(times + 1), /generates keys or hashes passwords more than/)
    })
  }
})
