import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Freshness, FreshnessJudge } from './freshness.ts'

const MINUTE = 60_000
const END = 20 * MINUTE

/** Of `team/app`, which reads `db` every ten minutes, when the key has another version five minutes after the Secret was made. */
function judged(happens: (judge: FreshnessJudge, write: (version: number, atMs: number) => void) => void, lagMs = 0): Freshness {
  const judge = new FreshnessJudge()
  judge.add({ object: 'team/app', keys: ['db'], intervalMs: 10 * MINUTE, lagMs })
  const write = (version: number, atMs: number): void => judge.wrote('team/app', new Map([['db', version]]), atMs)
  write(0, 0)
  judge.changed('db', 1, 5 * MINUTE)
  happens(judge, write)
  return judge.judgement(END)
}

test('who has a change within its interval and looks within it is well', () => {
  const { problems, rewritten, latestNewsMs, latestLookMs } = judged((judge, write) => {
    judge.looked('db', 9 * MINUTE)
    write(1, 9 * MINUTE)
    judge.looked('db', 19 * MINUTE)
  })
  assert.deepEqual(
    { problems, rewritten, latestNewsMs, latestLookMs },
    { problems: [], rewritten: 1, latestNewsMs: -6 * MINUTE, latestLookMs: 0 },
  )
})

for (const [what, happens, problems] of [
  ['a change that comes late', (write) => write(1, 15 * MINUTE + 2_001), ['team/app db v1: late by 2001 ms']],
  ['a change that never comes', () => undefined, ['team/app db v1: late by Infinity ms']],
  [
    'a write that brings nothing',
    (write) => {
      write(0, MINUTE)
      write(1, 6 * MINUTE)
    },
    ['team/app was written without need'],
  ],
  [
    'a Secret that gets an old value back',
    (write) => {
      write(1, 6 * MINUTE)
      write(0, 7 * MINUTE)
    },
    ['team/app went back to an older version of db', 'team/app was written without need'],
  ],
] as const satisfies readonly (readonly [
  string,
  (write: (version: number, atMs: number) => void) => void,
  readonly string[],
])[]) {
  test(`${what} is a problem`, () => {
    const found = judged((judge, write) => {
      happens(write)
      judge.looked('db', 10 * MINUTE)
    })
    assert.deepEqual(found.problems, problems)
  })
}

test('a key that nobody looks at for longer than the shortest interval is a problem', () => {
  const { problems } = judged((judge, write) => {
    write(1, 6 * MINUTE)
    judge.looked('db', 9 * MINUTE)
  })
  assert.deepEqual(problems, ['db: looked at 60000 ms late'])
})

test('a listing may be as late as its store says', () => {
  const { problems } = judged((judge, write) => {
    judge.looked('db', 10 * MINUTE)
    write(1, 19 * MINUTE)
  }, 5 * MINUTE)
  assert.deepEqual(problems, [])
})

test('who reads two versions at once has been told of both', () => {
  const { problems, news, rewritten } = judged((judge, write) => {
    judge.changed('db', 2, 5 * MINUTE + 1)
    judge.looked('db', 10 * MINUTE)
    write(2, 10 * MINUTE)
  })
  assert.deepEqual({ problems, news, rewritten }, { problems: [], news: 2, rewritten: 1 })
})

for (const [what, at, problems] of [
  ['is looked at with the first looks of the next one', 40_000, []],
  ['and is not looked at then is a problem', 42_001, ['db: looked at 2001 ms late', 'team/app db v1: late by 2001 ms']],
] as const satisfies readonly (readonly [string, number, readonly string[]])[]) {
  test(`what a controller was about to look at when it left ${what}`, () => {
    const judge = new FreshnessJudge()
    judge.add({ object: 'team/app', keys: ['db'], intervalMs: 10 * MINUTE, lagMs: 0 })
    judge.wrote('team/app', new Map([['db', 0]]), 10_000)
    judge.changed('db', 1, 10_001)
    judge.handedOver(10 * MINUTE + 10_000, 30_000)
    judge.looked('db', 10 * MINUTE + at)
    judge.wrote('team/app', new Map([['db', 1]]), 10 * MINUTE + at)
    assert.deepEqual(judge.judgement(END).problems.toSorted(), problems)
  })
}
