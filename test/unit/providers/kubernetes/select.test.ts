import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { kubernetes } from '../../../../plugin/providers/kubernetes/provider.ts'
import type { FetchedSecret, SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { putSecret, startRemote } from '../../../support/emulators/kube/remote-secrets.ts'
import type { KubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { openKubernetes } from './open-kubernetes.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('what is taken out of a Secret (external-secrets.md 3.5, 7.5)', () => {
  let kube: KubeEmulator
  let reader: SecretReader

  before(async () => {
    const remote = await startRemote()
    kube = remote.kube
    putSecret(kube, 'app', {
      data: {
        plain: 'p<w',
        'tls.crt': 'PEM',
        json: '{"a":{"b":"deep","n":1.50},"s":"text","n":null}',
        binary: new Uint8Array([0xff, 0, 0x41]),
      },
      labels: { team: 'a', 'app.kubernetes.io/name': 'shop' },
      annotations: { note: '{"inner":"x"}' },
    })
    reader = await openKubernetes(
      {
        server: { url: kube.url },
        auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
        remoteNamespace: 'remote',
      },
      { secrets: { 'login/token': remote.token } },
    )
  })
  after(async () => {
    await reader.close()
    await kube.close()
  })

  async function fetched(part: 'value' | 'metadata'): Promise<FetchedSecret> {
    const [outcome] = await reader.fetch([{ key: 'app', part }], AbortSignal.timeout(30_000))
    assert.ok(outcome?.ok)
    return outcome.secret
  }

  const select = async (property?: string, part: 'value' | 'metadata' = 'value'): Promise<Uint8Array> =>
    kubernetes.select(await fetched(part), { key: 'app', part, ...(property !== undefined && { property }) }).reveal()

  const extract = async (property?: string, part: 'value' | 'metadata' = 'value'): Promise<Record<string, string>> => {
    const members = kubernetes.extract(await fetched(part), { key: 'app', part, ...(property !== undefined && { property }) })
    return Object.fromEntries(Array.from(members, ([key, value]) => [key, text(value.reveal())]))
  }

  test('all of it is a JSON object of texts, in the order of its keys, where bytes that are no text are replaced', async () => {
    assert.equal(
      text(await select()),
      '{"binary":"\\ufffd\\u0000A","json":"{\\"a\\":{\\"b\\":\\"deep\\",\\"n\\":1.50},\\"s\\":\\"text\\",\\"n\\":null}","plain":"p\\u003cw","tls.crt":"PEM"}',
    )
  })

  test('a property is a key of the data, dots and all, with its bytes as they are', async () => {
    assert.equal(text(await select('tls.crt')), 'PEM')
    assert.deepEqual([...(await select('binary'))], [0xff, 0, 0x41])
  })

  test('or a key and, behind the first dot, a path into its JSON', async () => {
    assert.equal(text(await select('json.a.b')), 'deep')
    assert.equal(text(await select('json.a')), '{"b":"deep","n":1.50}')
    for (const property of ['json.x', 'none', 'none.a', '.plain', 'plain.a'])
      await assert.rejects(select(property), { kind: 'NotFound' }, property)
  })

  test('extract takes the keys, or the members of an object behind a property, whose texts keep their quotes', async () => {
    assert.deepEqual(Object.keys(await extract()).toSorted(), ['binary', 'json', 'plain', 'tls.crt'])
    assert.deepEqual(await extract('json'), { a: '{"b":"deep","n":1.50}', s: '"text"', n: 'null' })
    assert.deepEqual(await extract('json.a'), { b: '"deep"', n: '1.50' })
    await assert.rejects(extract('plain'), { kind: 'InvalidSpec' })
  })

  test('metadata is labels and annotations', async () => {
    const labels = '{"app.kubernetes.io/name":"shop","team":"a"}'
    const annotations = '{"note":"{\\"inner\\":\\"x\\"}"}'
    assert.equal(text(await select('', 'metadata')), `{"labels":${labels},"annotations":${annotations}}`)
    assert.equal(text(await select('labels', 'metadata')), labels)
    assert.equal(text(await select('labels.team', 'metadata')), 'a')
    assert.equal(text(await select('labels.app.kubernetes.io/name', 'metadata')), 'shop')
    assert.deepEqual(await extract('', 'metadata'), { labels, annotations })
    for (const property of ['labels.none', 'data', 'annotations.note.inner'])
      await assert.rejects(select(property, 'metadata'), { kind: 'NotFound' }, property)
  })

  test('a Secret that is not there may be left out of dataFrom, and never of data', () => {
    const ref = { key: 'a', part: 'value' } as const
    assert.equal(kubernetes.meansAbsent?.(ref, 'fetch', 'extract'), true)
    assert.equal(kubernetes.meansAbsent?.(ref, 'fetch', 'data'), false)
    assert.equal(kubernetes.meansAbsent?.(ref, 'select', 'extract'), false)
  })

  test('value and metadata of one Secret are one call, and have the version of the object', async () => {
    kube.forgetAudit()
    const refs = (['value', 'metadata'] as const).map((part) => ({ key: 'app', part }))
    const outcomes = await reader.fetch(refs, AbortSignal.timeout(30_000))
    assert.deepEqual(
      outcomes.map((outcome) => outcome.ok && outcome.secret.version),
      [kube.revision(), kube.revision()],
    )
    assert.equal(kube.audit().length, 1)
  })

  test('a search that no API server can make asks for nothing', async () => {
    kube.forgetAudit()
    for (const tags of [
      [],
      [['a b', 'c']],
      [['team', 'a,b']],
      [['team', 'x'.repeat(64)]],
      [['-', 'a']],
      [['a/b/c', 'd']],
    ] as const) {
      const search = { id: 's', tags: new Map<string, string>(tags) }
      assert.throws(() => kubernetes.checkSearch?.(kubernetes.config.parse({ authRef: { name: 'k' } }), search), {
        kind: 'InvalidSpec',
      })
      await assert.rejects(reader.list?.(search, AbortSignal.timeout(30_000)) ?? Promise.resolve(), { kind: 'InvalidSpec' })
    }
    assert.equal(kube.audit().length, 0)
  })

  test('a key that can be no name of a Secret asks for nothing', async () => {
    kube.forgetAudit()
    for (const key of ['../configmaps/x', 'App', 'a/b', '', 'a%2fb', 'a?b', '..', 'x'.repeat(254)]) {
      const [outcome] = await reader.fetch([{ key, part: 'value' }], AbortSignal.timeout(30_000))
      assert.equal(outcome?.ok === false && outcome.error.kind, 'InvalidSpec', key)
    }
    assert.equal(kube.audit().length, 0)
  })
})
