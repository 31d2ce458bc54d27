import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mayHoldKind } from '../../../plugin/stream/may-hold-kind.ts'
import { mayHoldOurs } from '../../../plugin/stream/may-hold-ours.ts'
import { splitManifests } from '../../../plugin/stream/split-manifests.ts'
import { onlyDocument } from './streams.ts'

const OURS: Readonly<Record<string, string>> = {
  plain: 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n',
  'a generator': 'apiVersion: generators.external-secrets.io/v1alpha1\nkind: Password\n',
  quoted: `'apiVersion': "external-secrets.io/v1"\n`,
  'JSON with an escaped slash': '{"apiVersion":"external-secrets.io\\/v1"}',
  'JSON with a letter escaped': '{"apiVersion":"external\\u002dsecrets.io/v1"}',
  'a letter escaped in hexadecimal': 'apiVersion: "e\\x78ternal-secrets.io/v1"\n',
  'a letter escaped with eight digits': 'apiVersion: "\\U00000065xternal-secrets.io/v1"\n',
  'cut by an escaped line end': 'apiVersion: "external-\\\n  secrets.io/v1"\n',
  'an alias': 'x: &v external-secrets.io/v1\napiVersion: *v\n',
  base64: 'apiVersion: !!binary ZXh0ZXJuYWwtc2VjcmV0cy5pby92MQ==\n',
  'in a List': 'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: external-secrets.io/v1\n    kind: SecretStore\n',
}

describe('a document may hold ours', () => {
  for (const [name, text] of Object.entries(OURS)) {
    test(name, () => assert.equal(mayHoldOurs(onlyDocument(text)), true))
  }

  test('in UTF-16, so that somebody says that it cannot be read', () => {
    const [document] = splitManifests('f', Buffer.from('\ufeffapiVersion: external-secrets.io/v1\n', 'utf16le')).documents
    assert.equal(document && mayHoldOurs(document), true)
  })
})

test('a document of another kind does not hold ours, whatever escapes it has', () => {
  for (const text of ['apiVersion: v1\nkind: Secret\n', 'a: "\\u0041\\x42\\n\\\\x65"\n', '# comment\n', 'a: "\\UFFFFFFFF"\n']) {
    assert.equal(mayHoldOurs(onlyDocument(text)), false)
  }
})

describe('a document may hold an object of a kind', () => {
  test('in every spelling of it', () => {
    for (const text of [
      'kind: Secret\n',
      '{"kind":"Secret"}',
      "kind: 'Secret'",
      'kind: "S\\x65cret"\n',
      'kind: !!binary U2VjcmV0\n',
    ]) {
      assert.equal(mayHoldKind(onlyDocument(text), ['ConfigMap', 'Secret']), true, text)
    }
  })

  test('but not because the kind is a part of a longer word', () => {
    for (const text of ['kind: ExternalSecret\n', 'kind: SecretStore\n', 'secretName: x\n', 'kind: Pod\n']) {
      assert.equal(mayHoldKind(onlyDocument(text), ['ConfigMap', 'Secret']), false, text)
    }
  })
})
