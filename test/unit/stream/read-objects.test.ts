import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readObjects } from '../../../plugin/stream/read-objects.ts'
import { splitManifests } from '../../../plugin/stream/split-manifests.ts'
import { onlyDocument, stream } from './streams.ts'

const problemOf = (text: string) => {
  const { problems } = readObjects(onlyDocument(text))
  const [problem] = problems
  assert.ok(problem, 'a problem')
  assert.ok(problem.remedy, 'a remedy')
  return {
    kind: problem.kind,
    line: problem.place.line,
    file: problem.place.file,
    message: problem.message,
    remedy: problem.remedy,
  }
}

describe('objects', () => {
  test('have name, namespace and their values', () => {
    const { objects } = readObjects(
      onlyDocument('apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ndata: {k: dg==}\n'),
    )
    assert.equal(objects.length, 1)
    const { document, ...rest } = objects[0] ?? { document: undefined }
    assert.equal(document?.file, 'app.yaml')
    assert.deepEqual(rest, {
      path: [],
      apiVersion: 'v1',
      kind: 'Secret',
      name: 'a',
      namespace: 'b',
      value: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b' }, data: { k: 'dg==' } },
    })
  })

  test('without a usable name have none', () => {
    for (const metadata of ['', 'metadata:\n', 'metadata: []\n', 'metadata: {name: 5}\n', 'metadata: {name: ""}\n']) {
      const [object] = readObjects(onlyDocument(`apiVersion: v1\nkind: Secret\n${metadata}`)).objects
      assert.equal(object?.name, undefined)
    }
  })

  test('need an apiVersion and a kind', () => {
    for (const text of ['# nothing\n', 'text\n', '- a\n', 'kind: Secret\n', 'apiVersion: 1\nkind: Secret\n', '']) {
      const [document] = stream(`---\n${text}`).documents
      assert.ok(document)
      assert.deepEqual(readObjects(document), { objects: [], warnings: [], problems: [] })
    }
  })

  test('of a List are read one by one, also those of a List in it', () => {
    const { objects } = readObjects(
      onlyDocument(`apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - just a text
  - apiVersion: v1
    kind: List
    items:
      - {apiVersion: v1, kind: Secret, metadata: {name: b}}
`),
    )
    assert.deepEqual(
      objects.map(({ kind, name, path }) => [kind, name, path]),
      [
        ['ConfigMap', 'a', ['items', 0]],
        ['Secret', 'b', ['items', 2, 'items', 0]],
      ],
    )
  })

  test('of a typed list take apiVersion and kind from it where they have none', () => {
    const { objects } = readObjects(onlyDocument('apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}}]\n'))
    assert.deepEqual(
      objects.map(({ apiVersion, kind, value }) => [apiVersion, kind, value.kind]),
      [['v1', 'Secret', 'Secret']],
    )
  })

  test('of a List without an apiVersion are read, too, since Argo CD takes it apart all the same', () => {
    const item = '{apiVersion: v1, kind: Secret, metadata: {name: a}}'
    const { objects } = readObjects(onlyDocument(`kind: List\nitems: [${item}, {kind: Secret}, {metadata: {name: b}}]\n`))
    assert.deepEqual(
      objects.map(({ name, path }) => [name, path]),
      [['a', ['items', 0]]],
    )
    assert.deepEqual(readObjects(onlyDocument('kind: SecretList\nitems: [{metadata: {name: a}}]\n')).objects, [])
  })

  test('whose kind only ends like a list are objects', () => {
    const { objects } = readObjects(onlyDocument('apiVersion: x.io/v1\nkind: AllowList\nspec: {items: []}\n'))
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      ['AllowList'],
    )
  })

  test('of JSON mean the same as those of YAML', () => {
    const value = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { a: 'yes', b: '0123', c: 'é\n', __proto: 'x' },
      n: 12,
      list: [null, true],
    }
    const [object] = readObjects(onlyDocument(JSON.stringify(value))).objects
    assert.deepEqual(object?.value, value)
  })
})

test('a key of JSON that is one escaped character is that character, whatever was parsed before', () => {
  // A key that is a backslash makes V8 take later ones for it: https://github.com/nodejs/node/issues/63785.
  JSON.parse(String.raw`{"a":[],"\\":1}`)
  const keys = [String.raw`\"`, String.raw`\u003e`, String.raw`\n`, String.raw`\\`].map((key) => {
    const [object] = readObjects(onlyDocument(`{"apiVersion":"v1","kind":"X","data":{"a":1,"${key}":2}}`)).objects
    return Object.keys(object?.value.data ?? {})[1]
  })
  assert.deepEqual(keys, ['"', '>', '\n', '\\'])
})

describe('keys that are there twice', () => {
  test('give a warning with line and path, and the last one wins', () => {
    const { objects, warnings } = readObjects(
      onlyDocument('# head\napiVersion: v1\nkind: Secret\nspec:\n  list:\n    - a: 1\n      b: 2\n      a: 3\nkind: ConfigMap\n'),
    )
    assert.equal(objects[0]?.kind, 'ConfigMap')
    assert.deepEqual(objects[0]?.value.spec, { list: [{ a: 3, b: 2 }] })
    assert.deepEqual(
      warnings.map(({ place }) => place),
      [
        { file: 'app.yaml', line: 8, field: 'spec.list[0].a' },
        { file: 'app.yaml', line: 9, field: 'kind' },
      ],
    )
    assert.match(warnings[0]?.message ?? '', /"a".*last one wins/)
  })

  test('are seen in JSON too', () => {
    const { objects, warnings } = readObjects(onlyDocument('{"apiVersion":"v1","kind":"Secret",\n"kind":"ConfigMap"}'))
    assert.equal(objects[0]?.kind, 'ConfigMap')
    assert.deepEqual(
      warnings.map(({ place }) => place),
      [{ file: 'app.yaml', line: 2, field: 'kind' }],
    )
  })

  test('are none where one of them is merged', () => {
    const { warnings } = readObjects(onlyDocument('a: &a {x: 1, y: 1}\nb:\n  <<: *a\n  x: 2\n'))
    assert.deepEqual(warnings, [])
  })
})

describe('what cannot be read is a problem with its line', () => {
  test('bad indentation', () => {
    assert.deepEqual(problemOf('---\na: 1\nb:\n  c: 1\n d: 2\n'), {
      kind: 'InvalidSpec',
      line: 5,
      file: 'app.yaml',
      message: 'not valid YAML: bad indentation of a mapping entry',
      remedy: 'correct the syntax at this line or the one above',
    })
  })

  test('tabs', () => {
    assert.equal(problemOf('a:\n\tb: 1\n').remedy, 'indent with spaces')
  })

  test('a template that nobody rendered', () => {
    assert.match(problemOf('a: 1\n{{- if .x }}\nb: 2\n').remedy, /render the template/)
  })

  test('a NUL character', () => {
    assert.equal(problemOf('a: 1\nb: \0\n').line, 2)
  })

  test('an alias without an anchor, in itself, or in the document before', () => {
    assert.equal(problemOf('a: 1\nb: *c\n').line, 2)
    assert.match(problemOf('a: &a\n  b: *a\n').message, /contains itself/)
    const [, second] = stream('a: &x 1\n---\nb: *x\n').documents
    assert.equal(second && readObjects(second).problems[0]?.place.line, 3)
  })

  test('a value that is not what its tag says', () => {
    assert.equal(problemOf('a: 1\nb: !!int x\n').line, 2)
    assert.equal(problemOf('a: !!binary "***"\n').line, 1)
  })

  test('numbers that JSON does not have', () => {
    assert.equal(problemOf('a: .inf\n').kind, 'InvalidSpec')
    assert.equal(problemOf('a: !!float .nan\n').kind, 'InvalidSpec')
  })

  test('keys that Kubernetes cannot have', () => {
    for (const text of ['a: 1\n? [x]\n: 1\n', 'a: 1\n{{ .x }}: 1\n', 'a: 1\n~: 1\n', 'a: 1\n? {b: c}\n: 1\n']) {
      assert.match(problemOf(text).message, /cannot be a key/)
    }
  })

  test('a merge of what is no mapping', () => {
    assert.match(problemOf('a: &a [1]\n<<: *a\n').message, /merge key/)
  })

  test('bytes that are no UTF-8, with the line in which they are', () => {
    const [document] = splitManifests('f', Buffer.from('a: 1\nb: \u00ff\nc: \u00ff\n', 'latin1')).documents
    assert.ok(document)
    const [problem] = readObjects(document).problems
    assert.equal(problem?.message, 'the text is not UTF-8')
    assert.equal(problem?.place.line, 2)
  })

  test('UTF-16', () => {
    const [document] = splitManifests('f', Buffer.from('\ufeffa: 1\n', 'utf16le')).documents
    assert.ok(document)
    assert.equal(readObjects(document).problems[0]?.message, 'the text is UTF-16')
  })

  test('and the message has no more of the text than names', () => {
    for (const text of [
      'a: !hunter2hunter2! x\n',
      'a: "\\hunter2"\n',
      'a: [hunter2\n',
      'hunter2\nb: 1\n',
      'a: !!int hunter2\n',
      'a: !h!hunter2 x\n',
    ]) {
      assert.doesNotMatch(JSON.stringify(problemOf(text)), /hunter2/)
    }
  })
})

describe('lines that stand too far left in brackets and quotes are fine, as they are for kubectl:', () => {
  const dataOf = (data: string): unknown => {
    const { objects, problems } = readObjects(onlyDocument(`apiVersion: v1\nkind: ConfigMap\n${data}`))
    assert.deepEqual(problems, [])
    return objects[0]?.value.data
  }

  test('texts, items and tabs', () => {
    assert.deepEqual(dataOf('data: {\n  a: "one\ntwo",\n\tb: [\nx\n]\n}\n'), { a: 'one two', b: ['x'] })
  })

  test('any number of closing brackets below their keys', () => {
    const count = 500
    const lists = Array.from({ length: count }, (_, index) => `  k${index}: [\n    x\n  ]\n`).join('')
    assert.deepEqual(
      Object.values(dataOf(`data:\n${lists}`) ?? {}),
      Array.from({ length: count }, () => ['x']),
    )
  })

  test('and the lines of block scalars stay as they are', () => {
    assert.deepEqual(
      dataOf(
        `data:\n  list: [\n  ]\n  json: |\n    {\n    }\n  items:\n    - |\n     ]\n    - !!str >-\n     }\n    - k: |-\n        ]\n      l: {\n    }\n`,
      ),
      {
        list: [],
        json: '{\n}\n',
        items: [']\n', '}', { k: ']', l: {} }],
      },
    )
  })

  test('the lines of warnings stay those of the file', () => {
    const { warnings } = readObjects(onlyDocument('a: [\n]\nb: {\n}\nc: 1\nc: 2\n'))
    assert.equal(warnings[0]?.place.line, 6)
  })

  test('unless there are too many of them', () => {
    const { kind, remedy } = problemOf(`a: "\n${'x\n'.repeat(50)}"\n`)
    assert.equal(kind, 'InvalidSpec')
    assert.match(remedy, /indent the lines between/)
  })
})

test('no key of a document reaches a prototype', () => {
  for (const text of [
    'apiVersion: v1\nkind: X\n__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: yes}}\n',
    '{"apiVersion":"v1","kind":"X","__proto__":{"polluted":true}}',
    'apiVersion: v1\nkind: X\n<<: {__proto__: {polluted: yes}}\n',
  ]) {
    const [object] = readObjects(onlyDocument(text)).objects
    assert.ok(object)
    assert.equal(Object.hasOwn(object.value, '__proto__'), true)
    assert.equal(Object.getPrototypeOf(object.value), Object.prototype)
    assert.equal('polluted' in object.value, false)
    assert.equal('polluted' in {}, false)
  }
})
