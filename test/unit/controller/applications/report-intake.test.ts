import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportIntake } from '../../../../plugin/controller/applications/report-intake.ts'
import { WorkQueue } from '../../../../plugin/controller/queue/work-queue.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import type { RenderFacts } from '../../../../plugin/observability/render-facts.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from './memory-argo.ts'
import { readFact, renderFacts } from './render-facts.ts'

function start() {
  const clock = new VirtualClock()
  const argo = new MemoryArgo(clock)
  const accepted: string[] = []
  const fates: string[] = []
  const intake = new ReportIntake({
    applications: argo,
    queue: new WorkQueue({ clock, random: seededRandom('intake'), logger: silentLogger }),
    clock,
    logger: silentLogger,
    argoNamespace: 'argocd',
    onAccepted: ({ record: { application, revision, keys } }) =>
      accepted.push(
        `${application.namespace}/${application.name} ${revision} ${keys.map(({ key, version }) => `${key}@${version}`).join()}`,
      ),
    onFate: (fate) => fates.push(fate),
  })
  const stopping = new AbortController()
  const running = intake.run(stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  return { clock, argo, intake, accepted, fates, stop }
}

test('a report counts for the revision that the Application has, also when Argo CD writes it a moment later', async () => {
  const { clock, argo, intake, accepted, fates, stop } = start()
  argo.add('shop')
  intake.receive(renderFacts('shop', [readFact('a', 'v1')]))
  intake.receive(renderFacts('shop', [readFact('a', 'v2')], { revision: 'r2' }))
  await clock.run(5_000)
  assert.deepEqual(accepted, ['argocd/shop r1 a@v1'])
  argo.change('shop', { revisions: new Set(['r2']) })
  await clock.run(10_000)
  assert.deepEqual(accepted, ['argocd/shop r1 a@v1', 'argocd/shop r2 a@v2'])
  assert.deepEqual([fates, intake.waiting], [['accepted', 'accepted'], 0])
  await stop()
})

test('an Application of another namespace is found by its name in the request', async () => {
  const { clock, argo, intake, accepted, stop } = start()
  argo.add('shop', { namespace: 'team-apps' })
  intake.receive(renderFacts('team-apps_shop', [readFact('a', 'v1')]))
  await clock.run(1_000)
  assert.deepEqual(accepted, ['team-apps/shop r1 a@v1'])
  await stop()
})

const foreign: readonly (readonly [string, Partial<RenderFacts>, string])[] = [
  ['of a branch that is looked at only', { revision: 'preview' }, 'not-current'],
  ['of another project', { tenant: { project: 'other', application: 'shop', namespace: 'shop' } }, 'not-current'],
  ['of another destination', { tenant: { project: 'team', application: 'shop', namespace: 'other' } }, 'not-current'],
  ['of another folder', { path: 'other' }, 'not-current'],
  ['of another repository', { repoUrl: 'https://elsewhere.example.com/apps.git' }, 'not-current'],
  [
    'of an Application that is not there',
    { tenant: { project: 'team', application: 'none', namespace: 'shop' } },
    'unknown-application',
  ],
  ['of uploaded files', { guard: 'streamed' }, 'guarded'],
  ['of uploaded files that hides it', { revision: 'streamed' }, 'guarded'],
  ['of the hydrator', { guard: 'hydrator' }, 'guarded'],
  ['of a render that failed', { outcome: 'Unavailable' }, 'failed-render'],
]
for (const [what, changes, fate] of foreign) {
  test(`a report ${what} never counts`, async () => {
    const { clock, argo, intake, accepted, fates, stop } = start()
    argo.add('shop')
    intake.receive(renderFacts('shop', [readFact('a', 'v1')], changes))
    await clock.run(600_000)
    assert.deepEqual([accepted, fates, intake.waiting], [[], [fate], 0])
    await stop()
  })
}

test('what a daemon sends again does not take the place of a newer render that waits', async () => {
  const { clock, argo, intake, accepted, stop } = start()
  argo.add('shop')
  intake.receive(renderFacts('shop', [readFact('a', 'v2')]))
  intake.receive({ ...renderFacts('shop', [readFact('a', 'v1')]), ageMs: 60_000 })
  await clock.run(5_000)
  assert.deepEqual(accepted, ['argocd/shop r1 a@v2'])
  intake.receive({ ...renderFacts('shop', [readFact('a', 'v2')]), ageMs: 5_000 })
  intake.receive(renderFacts('shop', [readFact('a', 'v3')]))
  await clock.run(5_000)
  assert.deepEqual(accepted, ['argocd/shop r1 a@v2', 'argocd/shop r1 a@v3'])
  await stop()
})

test('a report outlives half an hour without Argo CD, and not a day', async () => {
  for (const [awayMs, expected] of [
    [1_800_000, ['accepted']],
    [86_400_000, ['unknown-application']],
  ] as const) {
    const { clock, argo, intake, fates, stop } = start()
    argo.add('shop')
    argo.isAway = true
    intake.receive(renderFacts('shop', [readFact('a', 'v1')]))
    await clock.run(awayMs)
    argo.isAway = false
    await clock.run(600_000)
    assert.deepEqual([fates, intake.waiting], [expected, 0])
    await stop()
  }
})

test('reports wait while Argo CD is away, not for ever, and not in any number', async () => {
  const { clock, argo, intake, accepted, fates, stop } = start()
  argo.add('shop')
  argo.isAway = true
  for (let index = 0; index < 40; index++) intake.receive(renderFacts('shop', [], { revision: `r${index}` }))
  assert.equal(fates.filter((fate) => fate === 'crowded-out').length, 8)
  intake.receive(renderFacts('shop', [readFact('a', 'v1')]))
  await clock.run(20_000)
  argo.isAway = false
  await clock.run(3_600_000)
  assert.deepEqual([accepted, intake.waiting], [['argocd/shop r1 a@v1'], 0])
  await stop()
})
