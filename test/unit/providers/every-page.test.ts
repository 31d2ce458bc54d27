import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyPage } from '../../../plugin/providers/every-page.ts'

async function tokensSeen(next: (token: string | undefined) => string | undefined): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = []
  const pages = everyPage(async (token) => {
    seen.push(token)
    return { nextToken: next(token) }
  })
  for await (const page of pages) assert.equal(page.nextToken, next(seen.at(-1)))
  return seen
}

test('asks for a page after the other until one has no next, or an empty one', async () => {
  assert.deepEqual(await tokensSeen((token) => (token === undefined ? 'a' : undefined)), [undefined, 'a'])
  assert.deepEqual(await tokensSeen((token) => (token === undefined ? 'a' : '')), [undefined, 'a'])
})

test('a listing that leads back to an earlier page is Unavailable, not endless', async () => {
  const circle = (token: string | undefined): string => (token === 'a' ? 'b' : 'a')
  await assert.rejects(tokensSeen(circle), { kind: 'Unavailable' })
})
