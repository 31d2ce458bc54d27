import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DataReads, TemplateEngine } from '../../../templates/engine.ts'
import { goTemplateEngine } from '../../../templates/go-template/go-template-engine.ts'
import { handlebarsEngine } from '../../../templates/handlebars/handlebars-engine.ts'
import { library } from '../../../templates/library/registry.ts'
import { isFields } from '../../vectors/fields.ts'
import { runGoTemplate } from '../../vectors/go-templates.ts'
import { readVectorFile } from '../../vectors/vector-file.ts'
import { corpus, corpusData } from './handlebars-corpus.ts'
import { renderData, roomyBudget, roomySurroundings } from './render-data.ts'

const ALL = '…'

/** The names in order, and `…` where it may be any of the others too. */
function said({ names, mayReadAll }: DataReads): string {
  return [...names, ...(mayReadAll ? [ALL] : [])].join(' ')
}

const GO: readonly (readonly [template: string, reads: string])[] = [
  ['plain text', ''],
  ['{{ "a" }}{{ 1 }}{{ nil | default "x" }}', ''],
  ['{{ .a }}{{ .b.c }}', 'a b'],
  ['{{ $.a }}', 'a'],
  ['{{ index . "a-b" }}', 'a-b'],
  ['{{ "a" | index . }}', 'a'],
  ['{{ index $ ("a") }}', 'a'],
  ['{{ index . .which }}', 'which …'],
  ['{{ $k := "a" }}{{ index . $k }}', ALL],
  ['{{ index .a "b" }}', 'a'],
  ['{{ (index . "a").b }}', 'a'],
  ['{{ (fromJson .a).b }}', 'a'],
  ['{{ .a | upper | b64enc }}', 'a'],
  ['{{ printf "%s:%s" .a .b }}', 'a b'],
  ['{{ if .a }}{{ .b }}{{ else if .c }}x{{ else }}{{ .d }}{{ end }}', 'a b c d'],
  ['{{ if . }}x{{ end }}', ''],
  ['{{ with . }}{{ .a }}{{ end }}', 'a'],
  ['{{ with .a }}{{ . }}{{ $.b }}{{ .c }}{{ else }}{{ .d }}{{ end }}', 'a b d'],
  ['{{ with $x := . }}{{ $x.a }}{{ end }}', 'a'],
  ['{{ range $k, $v := . }}{{ $k }}={{ $v }}{{ end }}', ALL],
  ['{{ range . }}{{ . }}{{ $.a }}{{ else }}{{ .b }}{{ end }}', 'a b …'],
  ['{{ range splitList "," .a }}{{ . }}{{ .b }}{{ end }}', 'a'],
  ['{{ toJson . }}', ALL],
  ['{{ . }}', ALL],
  ['{{ $x := . }}{{ $x.a }}', 'a'],
  ['{{ $x := .a }}{{ $x.b }}', 'a'],
  ['{{ $x := . }}{{ $x | toYaml }}', ALL],
  ['{{ $x := "" }}{{ range .a | splitList "," }}{{ if $x }}{{ $x.b }}{{ end }}{{ $x = $ }}{{ end }}', 'a b'],
  ['{{ define "t" }}{{ .a }}{{ $.b }}{{ end }}{{ template "t" . }}', 'a b'],
  ['{{ define "t" }}{{ .b }}{{ end }}{{ template "t" .a }}', 'a'],
  ['{{ define "t" }}{{ .b }}{{ end }}x', ''],
  ['{{ define "t" }}{{ .a }}{{ template "t" . }}{{ end }}{{ template "t" . }}', 'a'],
  ['{{ define "t" }}{{ $x := . }}{{ end }}{{ $x := .a }}{{ template "t" . }}{{ $x.b }}', 'a'],
  ['{{ block "t" . }}{{ .a }}{{ end }}', 'a'],
  ['{{ .a }}{{/* {{ .b }} */}}', 'a'],
]

const HANDLEBARS: readonly (readonly [template: string, reads: string])[] = [
  ['plain text', ''],
  ['{{a}}{{b.c}}{{[a-b]}}', 'a b a-b'],
  ['{{@root.a}}{{this.b}}{{./c}}', 'a b c'],
  ['{{upper a}}{{replace "-" b c}}', 'a b c'],
  ['{{#if a}}{{b}}{{else}}{{c}}{{/if}}', 'a b c'],
  ['{{#unless a}}{{b}}{{/unless}}', 'a b'],
  ['{{#with (fromJson a)}}{{b}}{{../c}}{{/with}}', 'a c'],
  ['{{#with this}}{{a}}{{/with}}', 'a'],
  ['{{#with this as |all|}}{{all.a}}{{/with}}', 'a'],
  ['{{#with this as |all|}}{{toJson all}}{{/with}}', ALL],
  ['{{#each this}}{{@key}}{{this}}{{/each}}', ALL],
  ['{{#each (splitList "," a)}}{{this}}{{b}}{{../c}}{{@root.d}}{{/each}}', 'a c d'],
  ['{{#each (splitList "," a) as |item|}}{{item}}{{item.b}}{{/each}}', 'a'],
  ['{{#a}}{{b}}{{/a}}', 'a b'],
  ['{{#each (splitList "," a)}}{{#with (upper this)}}{{../b}}{{/with}}{{/each}}', 'a b'],
  ['{{lookup this "a"}}', 'a'],
  ['{{lookup this a}}', 'a …'],
  ['{{lookup (fromJson a) "b"}}', 'a'],
  ['{{toJson this}}', ALL],
  ['{{{{raw}}}}{{a}}{{{{/raw}}}}', ''],
]

describe('what a template may read of the data, by its text alone', () => {
  const tables: readonly (readonly [string, TemplateEngine, typeof GO])[] = [
    ['Go', goTemplateEngine, GO],
    ['Handlebars', handlebarsEngine, HANDLEBARS],
  ]
  for (const [language, engine, table] of tables)
    for (const [text, reads] of table)
      test(`${language}: ${text} reads ${reads === '' ? 'nothing' : reads}`, () =>
        assert.equal(said(engine.compile(text, 'key').reads()), reads))
})

describe('whatever stands under the names that it does not read, a template gives the same:', () => {
  test('those that Go itself was asked about', () => {
    const { cases } = readVectorFile(new URL('../../vectors/gotemplate.generated.json', import.meta.url))
    let compared = 0
    for (const vector of cases) {
      const { template, vars, options } = vector
      if (template === undefined || !isFields(vars) || '$go' in vars || options?.left || options?.right) continue
      const { reads } = compiledOr(goTemplateEngine, template) ?? {}
      if (!reads || reads.mayReadAll) continue
      const kept = othersChanged(vars, reads)
      assert.deepEqual(runGoTemplate({ ...vector, vars: kept }), runGoTemplate(vector), `${vector.id} ${template}`)
      compared++
    }
    assert.ok(compared > 300, `${compared} compared`)
  })

  test('those of Handlebars that the package agrees on', () => {
    let compared = 0
    for (const text of corpus) {
      const { reads } = compiledOr(handlebarsEngine, text) ?? {}
      if (!reads || reads.mayReadAll) continue
      const kept = othersChanged(corpusData, reads)
      assert.equal(renderData(text, kept), renderData(text, corpusData), text)
      compared++
    }
    assert.ok(compared > 100, `${compared} compared`)
  })

  test('those of the library', () => {
    for (const { name, data, example } of library.values()) {
      for (const { key, text } of data) {
        const compiled = goTemplateEngine.compile(text, key)
        const reads = compiled.reads()
        if (reads.mayReadAll) continue
        const [one, other] = [example.values, othersChanged(example.values, reads)].map((values) =>
          resultOf(() => compiled.render(bytesOf(values), roomyBudget, roomySurroundings).bytes),
        )
        assert.deepEqual(one, other, `${name} ${key}`)
      }
    }
  })
})

/** Names stay, since a condition may ask whether there is anything at all. */
function othersChanged<Value>(data: Readonly<Record<string, Value>>, { names }: DataReads): Record<string, Value | string> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, names.has(name) ? value : 'another']))
}

function bytesOf(values: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(values).map(([name, value]) => [name, new TextEncoder().encode(value)]))
}

function compiledOr(engine: TemplateEngine, text: string): { readonly reads: DataReads } | undefined {
  try {
    return { reads: engine.compile(text, 'template').reads() }
  } catch {
    return undefined
  }
}

function resultOf(step: () => Uint8Array): unknown {
  try {
    return step()
  } catch (thrown) {
    return (thrown as Error).message
  }
}
