import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cachedEngine } from '../../../templates/cached-engine.ts'
import { type TemplateEngine, TemplateError } from '../../../templates/engine.ts'

function counting(): { readonly engine: TemplateEngine; readonly compiled: string[] } {
  const compiled: string[] = []
  const engine: TemplateEngine = {
    compile(text, name) {
      compiled.push(`${name}=${text}`)
      if (text === 'bad') throw new TemplateError('bad', { line: 1, column: 1, safe: true })
      return {
        render: () => ({ bytes: Buffer.from(text), usesData: false }),
        reads: () => ({ names: new Set<string>(), mayReadAll: false }),
      }
    },
  }
  return { engine, compiled }
}

test('a text is compiled once under each name, since messages say it', () => {
  const { engine, compiled } = counting()
  const cached = cachedEngine(engine)
  assert.equal(cached.compile('a', 'x'), cached.compile('a', 'x'))
  assert.notEqual(cached.compile('a', 'x'), cached.compile('a', 'y'))
  assert.deepEqual(compiled, ['x=a', 'y=a'])
})

test('what was not asked for longest is forgotten first', () => {
  const { engine, compiled } = counting()
  const cached = cachedEngine(engine, 2)
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) cached.compile(text, 'x')
  assert.deepEqual(compiled, ['x=a', 'x=b', 'x=c', 'x=b'])
})

test('a text that cannot be compiled fails every time', () => {
  const cached = cachedEngine(counting().engine)
  for (const name of ['x', 'x']) assert.throws(() => cached.compile('bad', name), TemplateError)
})
