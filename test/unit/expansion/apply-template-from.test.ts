import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyTemplateFrom } from '../../../plugin/expansion/apply-template-from.ts'
import { fixedKeys } from '../../../plugin/expansion/fixed-keys.ts'
import type { SourcedTemplate } from '../../../plugin/expansion/template-from.ts'
import { templateTexts } from '../../../plugin/expansion/template-texts.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import { goTemplateEngine } from '../../../templates/go-template/go-template-engine.ts'
import { roomyBudget, roomySurroundings } from '../templates/render-data.ts'

type Text = Pick<SourcedTemplate, 'text'> & Partial<SourcedTemplate>

const INJECTION = 's3cret\nother: x'

function applied(template: Text, metadataFromValues: 'allowed' | 'refused', password = INJECTION) {
  const data = new Map([['password', SecretValue.fromText(password)]])
  const tools = {
    engines: { v2: goTemplateEngine },
    budget: roomyBudget,
    surroundingsOf: () => roomySurroundings,
    metadataFromValues,
  }
  const whole = { name: 't', path: ['t'], key: undefined, target: 'data', item: 0, decodingStrategy: '', ...template } as const
  const texts = templateTexts(data, tools, 'v2')
  const made = applyTemplateFrom([whole], texts)
  for (const problem of texts.problems) throw problem
  return made
}

describe('where values may not be shown (R8)', () => {
  const refused: readonly Text[] = [
    { text: 'k: {{ .password }}', target: 'labels' },
    { text: '{{ .password }}', key: 'k', target: 'annotations' },
    { text: '{{ .password | quote }}: k' },
    { text: 'k: {{ .password }}' },
    { text: '{{ if hasPrefix "s" .password }}a: x{{ else }}b: x{{ end }}' },
    { text: '{{ range $k, $v := . }}{{ $k }}: {{ $v | quote }}\n{{ end }}' },
  ]
  for (const template of refused) {
    test(`refused: ${JSON.stringify(template)}`, () => {
      assert.throws(
        () => applied(template, 'refused'),
        (thrown) => thrown instanceof SecretError && /shown by Argo CD/.test(thrown.message),
      )
      assert.ok(applied(template, 'allowed', 's3cret'))
    })
  }

  const kept: readonly Text[] = [
    { text: 'k: {{ .password | quote }}\nl: fixed' },
    { text: '{{ .password }}', key: 'k' },
    { text: 'k: fixed', target: 'labels' },
    { text: 'k: {{ "fixed" | upper }}', target: 'annotations' },
  ]
  for (const template of kept) test(`not refused: ${JSON.stringify(template)}`, () => assert.ok(applied(template, 'refused')))
})

describe('templates that fail', () => {
  const failing = {
    text: '{{ .missing }}',
    name: 'f',
    path: ['f'],
    key: 'f',
    target: 'data',
    item: 0,
    decodingStrategy: '',
  } as const

  function problemsAfter(wallTimeMs: number, outputBytes: number): readonly string[] {
    let now = 0
    const tools = {
      engines: { v2: goTemplateEngine },
      budget: { ...roomyBudget, wallTimeMs, outputBytes, now: () => now++ },
      surroundingsOf: () => roomySurroundings,
      metadataFromValues: 'allowed',
    } as const
    const texts = templateTexts(new Map([['password', SecretValue.fromText('s3cret')]]), tools, 'v2')
    const written = { ...failing, text: '{{ .password }}' }
    applyTemplateFrom([failing, written, written, ...Array.from({ length: 100 }, () => failing)], texts)
    return texts.problems.map(({ message }) => message)
  }

  test('are all told of', () => assert.equal(problemsAfter(1e6, 1e6).length, 101))

  test('are told of until the time of all of them is over', () => {
    const count = problemsAfter(50, 1e6).length
    assert.ok(count > 1 && count < 101, String(count))
  })

  test('are told of until the size of all of them is used up', () => {
    const [first, second, ...others] = problemsAfter(1e6, 10)
    assert.match(first ?? '', /no entry/)
    assert.match(second ?? '', /more than 10 bytes together/)
    assert.deepEqual(others, [])
  })
})

test('keys are fixed when no action decides about text and none stands for one', () => {
  assert.deepEqual(fixedKeys('a: {{ .x }}\n"b c": "{{ .y | b64enc }}"\n'), new Set(['a', 'b c']))
  assert.deepEqual(fixedKeys(''), new Set())
  for (const text of [
    '{{- if .x }}a: b{{ end }}',
    '{{#each x}}a: b{{/each}}',
    '{{ range . }}{{ end }}',
    '{{ template "x" }}',
    '{{ $x := 1 }}\na: b',
  ]) {
    assert.equal(fixedKeys(text), undefined, text)
  }
})
