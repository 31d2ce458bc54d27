import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { readPolicy } from '../../../plugin/policy/read-policy.ts'
import { providers } from '../../../plugin/providers/registry.ts'

interface Container {
  readonly name: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
  readonly securityContext: Readonly<Record<string, unknown>>
}

const folder = 'manifests/install/sidecar/'
const patch = parse(readFileSync(`${folder}repo-server.yaml`, 'utf8'))
const { containers, volumes }: { containers: Container[]; volumes: { name: string }[] } = patch.spec.template.spec
const [cmp, daemon] = containers
const containerfile = readFileSync('Containerfile', 'utf8')

function mounts(container: Container | undefined): readonly string[] {
  return (container?.volumeMounts ?? []).map(({ name }) => name)
}

describe('the containers of the sidecar', () => {
  test('are the client and the daemon, and only these two have the socket', () => {
    assert.deepEqual(
      containers.map(({ name }) => name),
      ['cmp', 'external-secrets-daemon'],
    )
    const withSocket = containers.filter((container) => mounts(container).includes('external-secrets-socket'))
    assert.equal(withSocket.length, 2)
    assert.deepEqual(cmp?.env, daemon?.env)
  })

  test('the client has no policy, key or credential', () => {
    assert.deepEqual(mounts(cmp), ['var-files', 'plugins', 'external-secrets-socket', 'external-secrets-cmp-tmp'])
  })

  test('are restricted: user 999, nothing writable in the image, no capability', () => {
    for (const { securityContext } of containers) {
      assert.deepEqual(securityContext, {
        runAsNonRoot: true,
        runAsUser: 999,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      })
    }
  })

  test('nobody asks for the token of a service account, and every volume is used', () => {
    assert.doesNotMatch(JSON.stringify(patch), /serviceAccountToken|automountServiceAccountToken/)
    const used = new Set(containers.flatMap(mounts))
    assert.deepEqual(
      volumes.filter(({ name }) => !used.has(name)),
      [],
    )
  })

  test("the socket's folder is made by the daemon, in the shared volume", () => {
    const socket = daemon?.env.find(({ name }) => name === 'ARGOCD_EXTERNAL_SECRETS_SOCKET')?.value ?? ''
    const mount = daemon?.volumeMounts.find(({ name }) => name === 'external-secrets-socket')?.mountPath ?? ''
    assert.match(socket.slice(mount.length), /^\/[^/]+\/daemon\.sock$/)
  })
})

test('the policy that is installed allows nothing', async () => {
  const { rules, stores, mode } = await readPolicy(`${folder}policy`, providers)
  assert.deepEqual([rules, stores, mode], [[], [], 'enforce'])
})

describe('the image', () => {
  test('has the Node of the tests, and the helm and kustomize that the sources are tested with', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const [major] = String(devDependencies.node).split('.')
    assert.deepEqual(
      [...containerfile.matchAll(/node:(\d+)-/g)].map(([, version]) => version),
      [major, major],
    )
    const kustomize = /kustomize\/v5 (v[\d.]+)/.exec(readFileSync('test/e2e/binaries/kustomize/go.mod', 'utf8'))?.[1]
    assert.ok(kustomize)
    assert.ok(containerfile.includes(`kustomize/kustomize/v5@${kustomize}`))
  })

  test('runs as 999, with both programs of package.json and the definition of the plugin', () => {
    assert.match(containerfile, /^USER 999$/m)
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const [name, file] of Object.entries(bin))
      assert.ok(containerfile.includes(`/app/${String(file)} /usr/local/bin/${name}`), name)
    assert.match(containerfile, /plugin\.yaml \/home\/argocd\/cmp-server\/config\/plugin\.yaml/)
  })
})
