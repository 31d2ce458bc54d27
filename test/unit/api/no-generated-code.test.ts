import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

test('objects are read where the program may not generate code', () => {
  const module = new URL('../../../plugin/api/read-external-secret.ts', import.meta.url).href
  const script = `
    const { readExternalSecret } = await import(${JSON.stringify(module)})
    const object = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'x' }, spec: { refreshInterval: 5 } }
    console.log(readExternalSecret(object).problems.length, readExternalSecret({ ...object, spec: {} }).problems.length)`
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script]
  assert.equal(execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim(), '1 0')
})
