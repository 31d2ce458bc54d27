import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAnnotations, deliveryOf, rotationOf, templateEngineOf, templateNameOf } from '../../../plugin/api/annotations.ts'

const annotated = (annotations: Record<string, string>) => ({ metadata: { annotations } })

test('the template engine is Go without the annotation', () => {
  assert.equal(templateEngineOf({ metadata: {} }), 'v2')
  assert.equal(templateEngineOf(annotated({ 'argocd-external-secrets.io/template-engine': 'v2' })), 'v2')
  assert.equal(templateEngineOf(annotated({ 'argocd-external-secrets.io/template-engine': 'handlebars' })), 'handlebars')
})

test('the delivery is left open without the annotation', () => {
  assert.equal(deliveryOf({ metadata: {} }), undefined)
  assert.equal(deliveryOf(annotated({ 'argocd-external-secrets.io/delivery': 'inline' })), 'inline')
  assert.equal(deliveryOf(annotated({ 'argocd-external-secrets.io/delivery': 'passthrough' })), 'passthrough')
})

test('a template of the library is named in small letters, digits and hyphens', () => {
  assert.equal(templateNameOf({ metadata: {} }), undefined)
  const named = (name: string) => annotated({ 'argocd-external-secrets.io/template': name })
  assert.equal(templateNameOf(named('basic-auth')), 'basic-auth')
  assert.deepEqual(checkAnnotations(named('basic-auth')), { problems: [], warnings: [] })
  for (const name of ['', 'Basic Auth', '-a', '{{ .a }}'])
    assert.match(checkAnnotations(named(name)).problems[0]?.message ?? '', /expected a name of small letters/, name)
})

test('a value that an annotation cannot have is a problem with the nearest one', () => {
  assert.deepEqual(checkAnnotations(annotated({ 'argocd-external-secrets.io/delivery': 'pass-through' })), {
    problems: [
      {
        path: ['metadata', 'annotations', 'argocd-external-secrets.io/delivery'],
        message: 'is "pass-through"; expected one of inline, passthrough',
        remedy: 'write passthrough',
      },
    ],
    warnings: [],
  })
})

test('an unknown annotation with our prefix warns, those of others do not', () => {
  const { problems, warnings } = checkAnnotations(
    annotated({
      'argocd-external-secrets.io/template-engin': 'x',
      'argocd-external-secrets.io/other': 'x',
      'example.com/delivery': 'x',
    }),
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(
    warnings.map(({ path, remedy }) => [path[2], remedy]),
    [
      ['argocd-external-secrets.io/template-engin', 'write argocd-external-secrets.io/template-engine'],
      [
        'argocd-external-secrets.io/other',
        'remove it; with this prefix there are template, template-engine, rotation, when-missing, delivery',
      ],
    ],
  )
})

test('a rotation is a whole number, and 0 without one', () => {
  const name = 'argocd-external-secrets.io/rotation'
  assert.equal(rotationOf(annotated({})), '0')
  assert.equal(rotationOf(annotated({ [name]: '12' })), '12')
  for (const value of ['', '01', '-1', '1.5', 'x']) {
    const [problem] = checkAnnotations(annotated({ [name]: value })).problems
    assert.match(problem?.message ?? '', /expected a whole number in quotes/, value)
  }
})
