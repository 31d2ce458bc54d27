import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import { administratorCredentials } from '../../../plugin/stores/administrator-credentials.ts'
import { mountedAnnotations } from '../../../plugin/stores/mounted-annotations.ts'
import { mountedFiles } from '../../support/mounted-files.ts'

const ROLE = 'eks.amazonaws.com/role-arn'
const ARN = 'arn:aws:iam::123456789012:role/reader'

describe('the mounted annotations of a ServiceAccount', () => {
  test('are a line each, plain or quoted as the downward API writes them', () => {
    const text = `# reader\n\n${ROLE}=${ARN}\r\neks.amazonaws.com/audience="own=\\"1\\""\nempty=\n`
    assert.deepEqual(
      [...mountedAnnotations(SecretValue.fromText(text))],
      [
        [ROLE, ARN],
        ['eks.amazonaws.com/audience', 'own="1"'],
        ['empty', ''],
      ],
    )
  })

  for (const [what, line] of [
    ['no equals sign', 'canary'],
    ['no name', '=canary'],
    ['a name that no annotation has', 'a b=canary'],
    ['a quote that does not end', 'a="canary'],
    ['more behind the quote', 'a="canary" b'],
  ] as const) {
    test(`are told by their line and no word of it: ${what}`, () => {
      assert.throws(
        () => mountedAnnotations(SecretValue.fromText(`a=b\n${line}\n`)),
        (thrown) => thrown instanceof Error && /line 2/.test(thrown.message) && !/canary/.test(thrown.message),
      )
    })
  }

  test('are those of the namespace that the administrator named, and of nobody where there is no file', async () => {
    const folder = mountedFiles({ 'argocd/reader/annotations': `${ROLE}=${ARN}` })
    const source = administratorCredentials((own) => own ?? 'shop', folder)
    const annotations = await source.serviceAccountAnnotations({ name: 'reader', namespace: 'argocd' }, 'auth')
    assert.equal(annotations?.get(ROLE), ARN)
    assert.equal(await source.serviceAccountAnnotations({ name: 'reader' }, 'auth'), undefined)
    const without = administratorCredentials((own) => own ?? 'shop', undefined)
    assert.equal(await without.serviceAccountAnnotations({ name: 'reader', namespace: 'argocd' }, 'auth'), undefined)
  })
})
