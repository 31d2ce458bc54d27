import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DEFAULT_SOCKET } from '../../../plugin/client/client-settings.ts'
import { authorOptions } from '../../../plugin/config/author-options.ts'
import * as clientOptions from '../../../plugin/config/client-options.ts'

const page = readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8')

test('the page on sources has every parameter of an author and every setting of the client', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const missing = authorOptions.map(({ name }) => name).filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))
  assert.deepEqual(missing, [])
  for (const { name, env = '' } of Object.values(clientOptions)) {
    assert.ok(
      rows.some((row) => row.includes(`--${name}`) && row.includes(env)),
      name,
    )
  }
  assert.ok(page.includes(DEFAULT_SOCKET))
})
