import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainProblem } from '../../../plugin/stream/explain-problem.ts'
import { readObjects } from '../../../plugin/stream/read-objects.ts'
import { onlyDocument, stream } from './streams.ts'

async function explained(
  text: string,
  document = onlyDocument(text),
): Promise<{ message: string; line: number | undefined; remedy: string }> {
  const [problem] = readObjects(document).problems
  assert.ok(problem)
  const { kind, message, place, remedy } = await explainProblem(document, problem)
  assert.equal(kind, 'InvalidSpec')
  assert.equal(place.file, 'app.yaml')
  return { message, line: place.line, remedy: remedy ?? '' }
}

const CASES: Readonly<Record<string, readonly [text: string, line: number, remedy: RegExp]>> = {
  'a colon in a value without quotes': ['a: 1\nb: hunter2: x\n', 2, /quotes/],
  'a key without a colon': ['a: 1\nhunter2\nb: 2\n', 2, /add ": "/],
  'keys of one mapping in two columns': ['a:\n  b: 1\n hunter2: 2\n', 3, /align/],
  'a bracket that nobody closes': ['a: {hunter2: 1\nb: 2\n', 2, /close every bracket/],
  'a tab': ['a:\n\thunter2: 1\n', 2, /spaces/],
  'a value that starts with an at sign': ['a: @hunter2\n', 1, /quotes/],
  'an unknown escape': ['a: "\\hunter2"\n', 1, /single quotes/],
  'a template that nobody rendered': ['{{- if .hunter2 }}\na: 1\n{{- end }}\n', 1, /render the template/],
}

describe('a syntax problem is explained with its line, a remedy and nothing of the text:', () => {
  for (const [name, [text, line, remedy]] of Object.entries(CASES)) {
    test(name, async () => {
      const problem = await explained(text)
      assert.equal(problem.line, line)
      assert.match(problem.remedy, remedy)
      assert.match(problem.message, /^not valid YAML: /)
      assert.doesNotMatch(JSON.stringify(problem), /hunter2/)
    })
  }
})

test('the line is that of the file', async () => {
  const [, second] = stream('a: 1\n---\n# comment\nb: c: d\n').documents
  assert.equal((await explained('', second)).line, 4)
})

test('problems of another sort come back as they are', async () => {
  for (const text of ['a: *b\n', 'a: .inf\n', `a: ${'['.repeat(5000)}\n`, `# ${'x'.repeat(70_000)}\nb: c: d\n`]) {
    const document = onlyDocument(text)
    const [problem] = readObjects(document).problems
    assert.ok(problem)
    assert.equal((await explainProblem(document, problem)).message, problem.message)
  }
})
