import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ApplicationRef, ApplicationView } from '../../plugin/controller/applications/application-view.ts'
import type { Applications } from '../../plugin/controller/applications/applications.ts'
import type { WindowState } from '../../plugin/controller/sync-windows/permits-sync.ts'
import { type ErrorKind, SecretError } from '../../plugin/model/secret-error.ts'

/** One way to Argo CD that is put through the contract, with an Argo CD that has one Application. */
export interface ApplicationsSubject {
  readonly applications: Applications
  /** How the Application stands, and what a hard refresh of it comes to. */
  put(now: SyncStatus, refreshed: SyncStatus): void
  /** Windows of its project that are its own, as they are at this moment; `people`: what Argo CD says of them to people. */
  windows(states: readonly WindowState[], people: boolean): void
  unreadableWindow(): void
  /** Who asks may do nothing. */
  refuse(): void
  /** Lets time go by until it has ended. */
  ended<T>(promise: Promise<T>): Promise<T>
  reset(): void
  close(): Promise<void>
}

export type SyncStatus = 'Synced' | 'OutOfSync'

export const CONTRACT_APPLICATION: ApplicationRef = { namespace: 'argocd', name: 'shop', project: 'team' }
const NONE: ApplicationRef = { ...CONTRACT_APPLICATION, name: 'none' }
const never = new AbortController().signal

/** For every implementation of `Applications`. */
export function applicationsContract(name: string, start: () => Promise<ApplicationsSubject>): void {
  describe(`Argo CD ${name}`, () => {
    let subject: ApplicationsSubject
    before(async () => {
      subject = await start()
    })
    beforeEach(() => subject.reset())
    after(() => subject.close())

    async function view(): Promise<ApplicationView> {
      return (await subject.ended(subject.applications.read(CONTRACT_APPLICATION, never))) ?? assert.fail('no Application')
    }

    test('an Application is read, and refreshed, and what came of it is given', async () => {
      subject.put('Synced', 'OutOfSync')
      const { project, destination, cluster, syncStatus } = await view()
      assert.deepEqual([project, destination, cluster.name, syncStatus], ['team', 'shop', 'in-cluster', 'Synced'])
      const refreshed = await subject.ended(subject.applications.refresh(CONTRACT_APPLICATION, 'hard', never))
      assert.equal(refreshed?.syncStatus, 'OutOfSync')
    })

    test('a normal refresh compares with what was rendered last, and renders nothing', async () => {
      subject.put('Synced', 'OutOfSync')
      const compared = await subject.ended(subject.applications.refresh(CONTRACT_APPLICATION, 'normal', never))
      assert.equal(compared?.syncStatus, 'Synced')
      assert.equal((await view()).isRefreshing, false)
    })

    test('one that is not there is none, to read and to refresh', async () => {
      assert.equal(await subject.ended(subject.applications.read(NONE, never)), undefined)
      assert.equal(await subject.ended(subject.applications.refresh(NONE, 'hard', never)), undefined)
    })

    for (const [what, states, automation, people] of WINDOWS) {
      test(`sync windows: ${what}`, async () => {
        subject.windows(states, people)
        const one = await view()
        assert.equal(await subject.ended(subject.applications.maySync(one, 'automation', never)), automation)
        assert.equal(await subject.ended(subject.applications.maySync(one, 'people', never)), people)
      })
    }

    test('a window that cannot be read is an error with a remedy, and no yes', async () => {
      const one = await view()
      subject.unreadableWindow()
      await rejects(subject.ended(subject.applications.maySync(one, 'people', never)), 'InvalidSpec')
    })

    test('without a right everything is an error with a remedy', async () => {
      const one = await view()
      subject.refuse()
      await rejects(subject.ended(subject.applications.read(one, never)), 'AccessDenied')
      await rejects(subject.ended(subject.applications.refresh(one, 'hard', never)), 'AccessDenied')
      await rejects(subject.ended(subject.applications.maySync(one, 'people', never)), 'AccessDenied')
    })
  })
}

type Row = readonly [what: string, states: readonly WindowState[], automation: boolean, people: boolean]

const denies: WindowState = { kind: 'deny', manualSync: false, isActive: true }
const deniesPrograms: WindowState = { ...denies, manualSync: true }
const allows: WindowState = { kind: 'allow', manualSync: false, isActive: true }
const allowsLater: WindowState = { ...allows, isActive: false }
const allowsPeopleNow: WindowState = { ...allowsLater, manualSync: true }

const WINDOWS: readonly Row[] = [
  ['none', [], true, true],
  ['one that denies', [denies], false, false],
  ['one that denies programs', [deniesPrograms], false, true],
  ['two that deny, one of them programs alone', [deniesPrograms, denies], false, false],
  ['one that denies later', [{ ...denies, isActive: false }], true, true],
  ['one that allows', [allows], true, true],
  ['one that allows later', [allowsLater], false, false],
  ['one that allows programs later', [allowsPeopleNow], false, true],
  ['one that allows and one that does later', [allows, allowsLater], true, true],
  ['one that allows and one that denies', [allows, denies], false, false],
  ['one that allows later and one that denies programs', [allowsLater, deniesPrograms], false, true],
]

async function rejects(promise: Promise<unknown>, kind: ErrorKind): Promise<void> {
  await assert.rejects(promise, (thrown) => {
    assert.ok(thrown instanceof SecretError)
    assert.equal(thrown.kind, kind, thrown.message)
    assert.ok(thrown.remedy)
    return true
  })
}
