import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { signatureOf } from '../../plugin/controller/rotations/shared-secret.ts'
import { CONFIG_MAPS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import { type ControllerProcess, startController } from '../support/controller-process.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../support/eventually.ts'
import { FAKE_REPOSITORY, type FakeArgoServer, startFakeArgoServer } from '../support/fake-argo-server.ts'
import { readFact, renderFacts } from '../unit/controller/applications/render-facts.ts'

const TOKEN = 'shared-by-all'
/** Of Git: nobody looks for its versions, so an event alone has whoever uses it rendered again. */
const STORE = 'SecretStore shop/store'
const TIMES = ['--lease-duration', '3000', '--lease-renew-deadline', '2000', '--lease-retry-period', '200']

type Map = KubeObject & { readonly data?: Readonly<Record<string, string>> }

/** Two controllers beside one Argo CD, and an Application for each key, which reports as a daemon does once it was rendered. */
class Replicas implements AsyncDisposable {
  readonly #kube: KubeEmulator
  readonly #argo: FakeArgoServer
  readonly #folder: string
  readonly processes: ControllerProcess[] = []
  #signedAt = Date.now()

  private constructor(kube: KubeEmulator, argo: FakeArgoServer, folder: string) {
    this.#kube = kube
    this.#argo = argo
    this.#folder = folder
  }

  static async start(names: readonly string[]): Promise<Replicas> {
    const kube = await startKubeEmulator({ namespaces: ['argocd'] })
    const argo = await startFakeArgoServer(async ({ name }) => {
      await self.report(name)
      return true
    })
    const self = new Replicas(kube, argo, await mkdtemp(path.join(os.tmpdir(), 'replicas-')))
    for (const name of names) {
      const application = { name, namespace: 'argocd', project: 'team', path: name, revision: 'r1' }
      argo.applications.set(name, { ...application, syncStatus: 'Synced', hasError: false })
    }
    const token = path.join(self.#folder, 'token')
    await writeFile(token, TOKEN)
    const own = { intake: '127.0.0.1:0', 'intake-token': token, 'operator-listen': '', rotations: '127.0.0.1:0' }
    const flags = { ...own, 'rotations-secret': token, 'argocd-url': argo.url, 'argocd-token': token, 'refresh-rate': '600' }
    const words = [...TIMES, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])]
    const starting = [1, 2].map(() => startController('applications', kube.kubeconfig, words))
    self.processes.push(...(await Promise.all(starting)))
    for (const name of names) await self.report(name)
    return self
  }

  log = (): string => this.processes.map((one) => one.log()).join('\n')

  get refreshed(): readonly string[] {
    return this.#argo.refreshes.map(({ name }) => name)
  }

  async becomeRefreshed(names: readonly string[]): Promise<void> {
    await eventually(() => (this.refreshed.length >= names.length ? true : undefined), this.log)
    assert.deepEqual(this.refreshed, names)
  }

  /** What a daemon says of a render, to whichever process takes it. */
  async report(name: string): Promise<void> {
    const facts = renderFacts(name, [readFact(name, 'v1', { store: STORE })], { repoUrl: FAKE_REPOSITORY })
    await eventually(async () => {
      const statuses = await Promise.all(this.processes.map((one) => this.reportTo(one, facts)))
      return statuses.includes(204) ? true : undefined
    }, this.log)
  }

  async reportTo(to: ControllerProcess, facts: object): Promise<number> {
    if (to.child.killed) return 0
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const [intake] = to.address.split(' ')
    const answer = await fetch(`http://${intake}/reports`, { method: 'POST', headers, body: JSON.stringify(facts) })
    return answer.status
  }

  /** The status of the first answer that does not ask to come again. */
  async tell(to: ControllerProcess, key: string): Promise<number> {
    const body = JSON.stringify({ store: STORE, key })
    // A time of its own for each: what is signed at one is one event.
    const time = String(Math.floor((this.#signedAt -= 1_000) / 1_000))
    const headers = { 'x-rotation-timestamp': time, 'x-rotation-signature': signatureOf(TOKEN, time, Buffer.from(body)) }
    const [, rotations] = to.address.split(' ')
    return await eventually(async () => {
      const { status } = await fetch(`http://${rotations}/rotations`, { method: 'POST', headers, body })
      return status >= 500 ? undefined : status
    }, this.log)
  }

  /** Who leads, and who stands by. */
  async roles(): Promise<readonly [ControllerProcess, ControllerProcess]> {
    return await eventually(async () => {
      const leads = await Promise.all(
        this.processes.map(async (one) => {
          const text = await (await fetch(`http://${one.address.split(' ').at(-1)}/metrics`)).text()
          return /_leads 1$/m.test(text)
        }),
      )
      const leader = this.processes[leads.indexOf(true)]
      const other = this.processes[leads.indexOf(false)]
      return leader && other && ([leader, other] as const)
    }, this.log)
  }

  /** Once it is written down that each was rendered after daemons were told of its key. */
  async rendersAreSaved(names: readonly string[], floors: 'told' | 'not-told'): Promise<void> {
    await eventually(() => {
      const data = this.#kube.list(CONFIG_MAPS, 'argocd').map((map: Map) => map.data ?? {})
      const saved: { readonly key: string; readonly atMs: number }[] = JSON.parse(
        data.find((one) => one['floors'])?.['floors'] ?? '[]',
      )
      const areSaved = names.every((name) => {
        const [record] = JSON.parse(data.find((one) => one[`argocd_${name}`])?.[`argocd_${name}`] ?? '[]')
        const atMs = floors === 'told' ? saved.find(({ key }) => key === name)?.atMs : 0
        return atMs !== undefined && record?.renderedAtMs >= atMs
      })
      return areSaved ? true : undefined
    }, this.log)
  }

  notices(): string {
    const map: Map | undefined = this.#kube.get(CONFIG_MAPS, {
      namespace: 'argocd',
      name: 'argocd-external-secrets-applications-notices',
    })
    return map?.data?.['notices'] ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((one) => one[Symbol.asyncDispose]()))
    await Promise.all([this.#argo[Symbol.asyncDispose](), this.#kube.close(), rm(this.#folder, { recursive: true })])
  }
}

test('a process that stands by takes events, and the one that leads has Applications rendered again; reports are for the leader alone', async () => {
  await using replicas = await Replicas.start(['a', 'b'])
  const [leader, standby] = await replicas.roles()
  assert.equal(await replicas.tell(standby, 'a'), 204)
  await replicas.becomeRefreshed(['a'])
  assert.equal(await replicas.tell(leader, 'b'), 204)
  await replicas.becomeRefreshed(['a', 'b'])
  assert.equal(await replicas.reportTo(standby, renderFacts('a', [])), 503)
  assert.equal(replicas.notices().trim().split('\n').length, 2)
  assert.doesNotMatch(replicas.notices() + replicas.log(), new RegExp(TOKEN))
})

test('what a leader did not come to do the next one does, and what was done is not done twice', async () => {
  await using replicas = await Replicas.start(['a', 'b', 'c'])
  const [leader, standby] = await replicas.roles()
  assert.equal(await replicas.tell(standby, 'a'), 204)
  await replicas.becomeRefreshed(['a'])
  await replicas.rendersAreSaved(['a'], 'told')
  await replicas.rendersAreSaved(['b', 'c'], 'not-told')
  leader.child.kill('SIGSTOP')
  try {
    assert.equal(await replicas.tell(standby, 'b'), 204)
  } finally {
    leader.child.kill('SIGKILL')
  }
  await replicas.becomeRefreshed(['a', 'b'])
  assert.equal(await replicas.tell(standby, 'c'), 204)
  await replicas.becomeRefreshed(['a', 'b', 'c'])
})
