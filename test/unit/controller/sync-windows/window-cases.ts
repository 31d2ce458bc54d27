import type { SyncWindow } from '../../../../plugin/controller/sync-windows/sync-window.ts'

/** As somebody writes it in an AppProject. */
export type WrittenWindow = Partial<SyncWindow>

export interface WindowCase {
  readonly what: string
  readonly windows: readonly WrittenWindow[]
  /** 2026-01-05 is a Monday. */
  readonly at: string
  /** What Argo CD v3.6.1 says: to its own syncs, and to those by hand. */
  readonly automation: boolean
  readonly people: boolean
}

/** `shop` in the namespace `shop` of the cluster `in-cluster`. */
export const SHOP = { name: 'shop', destination: 'shop', cluster: { name: 'in-cluster', server: '' } }

const all = { applications: ['*'] }
const always = { schedule: '* * * * *', duration: '1h', ...all }
/** At noon on a Monday it is over. */
const early = { schedule: '0 3 * * *', duration: '1h', ...all }
const NOON = '2026-01-05T12:00:00.000Z'
const NIGHTS = { kind: 'allow', schedule: '0 22 * * 1-5', duration: '8h', ...all }

/** Rules of Argo CD, one each. */
export const windowCases: readonly WindowCase[] = [
  ...rows(
    NOON,
    ['no window lets everybody', [], true, true],
    ['a window that denies stops all', [{ kind: 'deny', ...always }], false, false],
    ['a window that denies may except people', [{ kind: 'deny', ...always, manualSync: true }], false, true],
    [
      'people need every one that denies',
      [
        { kind: 'deny', ...always, manualSync: true },
        { kind: 'deny', ...always },
      ],
      false,
      false,
    ],
    ['one that denies later says nothing', [{ kind: 'deny', ...early }], true, true],
    ['one that allows now lets everybody', [{ kind: 'allow', ...always }], true, true],
    ['one that allows later stops all', [{ kind: 'allow', ...early }], false, false],
    ['one that allows later may except people', [{ kind: 'allow', ...early, manualSync: true }], false, true],
    [
      'people need every one that allows',
      [
        { kind: 'allow', ...early, manualSync: true },
        { kind: 'allow', ...early },
      ],
      false,
      false,
    ],
    [
      'of two that allow one is enough',
      [
        { kind: 'allow', ...early },
        { kind: 'allow', ...always },
      ],
      true,
      true,
    ],
    [
      'deny wins over allow',
      [
        { kind: 'allow', ...always },
        { kind: 'deny', ...always },
      ],
      false,
      false,
    ],
    [
      'deny wins over allow, which cannot except people',
      [
        { kind: 'allow', ...always, manualSync: true },
        { kind: 'deny', ...always },
      ],
      false,
      false,
    ],
    [
      'an exception in the one that denies is enough while nothing allows',
      [
        { kind: 'allow', ...early },
        { kind: 'deny', ...always, manualSync: true },
      ],
      false,
      true,
    ],
    ['another kind has no effect', [{ kind: 'Deny', ...always }], true, true],
  ),
  ...rows(
    NOON,
    ['a window without lists is of nobody', [{ kind: 'deny', ...always, applications: [] }], true, true],
    ['by the name of the Application', [{ kind: 'deny', ...always, applications: ['pay', 'sh*'] }], false, false],
    ['by another name not', [{ kind: 'deny', ...always, applications: ['shop-*', '!shop'] }], true, true],
    [
      'by the namespace of the destination',
      [{ kind: 'deny', ...always, applications: ['pay'], namespaces: ['s?op'] }],
      false,
      false,
    ],
    ['by the cluster', [{ kind: 'deny', ...always, applications: [], clusters: ['in-*'] }], false, false],
    [
      'an address of a cluster is none of an Application that names it',
      [{ kind: 'deny', ...always, applications: [], clusters: ['https://*'] }],
      true,
      true,
    ],
    [
      'with andOperator all lists have to match',
      [{ kind: 'deny', ...always, namespaces: ['shop'], clusters: ['prod'], andOperator: true }],
      true,
      true,
    ],
    [
      'with andOperator a list that is not set does not count',
      [{ kind: 'deny', ...always, namespaces: ['shop'], andOperator: true }],
      false,
      false,
    ],
    [
      'with andOperator and no list it is of nobody',
      [{ kind: 'deny', ...always, applications: [], andOperator: true }],
      true,
      true,
    ],
    ['alternatives and classes', [{ kind: 'deny', ...always, applications: ['{pay,[a-s]hop}'] }], false, false],
  ),
  ...rows('2026-01-05T22:00:00.000Z', ['the first moment is not in it', [NIGHTS], false, false]),
  ...rows('2026-01-05T22:00:00.001Z', ['the next one is', [NIGHTS], true, true]),
  ...rows('2026-01-06T05:59:59.999Z', ['it goes on over midnight', [NIGHTS], true, true]),
  ...rows('2026-01-06T06:00:00.000Z', ['the last moment is not in it', [NIGHTS], false, false]),
  ...rows('2026-01-10T23:00:00.000Z', ['not on a Saturday', [NIGHTS], false, false]),
  ...rows('2026-01-13T08:00:00.000Z', [
    'a day of the month or of the week is enough',
    [{ ...NIGHTS, schedule: '0 7 13 * 5' }],
    true,
    true,
  ]),
  ...rows('2026-01-16T08:00:00.000Z', ['a day of the week as well', [{ ...NIGHTS, schedule: '0 7 13 * fri' }], true, true]),
  ...rows('2026-01-05T21:30:00.000Z', [
    'in winter Berlin is an hour ahead',
    [{ ...NIGHTS, timeZone: 'Europe/Berlin' }],
    true,
    true,
  ]),
  ...rows('2026-07-06T20:30:00.000Z', ['in summer two', [{ ...NIGHTS, timeZone: 'Europe/Berlin' }], true, true]),
  ...rows('2026-01-05T20:30:00.000Z', ['in winter not two', [{ ...NIGHTS, timeZone: 'Europe/Berlin' }], false, false]),
  ...rows('2026-01-06T03:30:00.000Z', ['behind UTC', [{ ...NIGHTS, timeZone: 'America/New_York', duration: '1h' }], true, true]),
  ...rows('2026-01-05T16:40:00.000Z', ['half an hour counts', [{ ...NIGHTS, timeZone: 'Asia/Kolkata' }], true, true]),
  ...rows('2026-01-05T16:20:00.000Z', ['before that half hour', [{ ...NIGHTS, timeZone: 'Asia/Kolkata' }], false, false]),
  ...rows('2026-01-05T22:30:00.000Z', ['a zone that nobody knows is UTC', [{ ...NIGHTS, timeZone: 'Moon/Sea' }], true, true]),
  ...rows('2026-01-05T21:30:00.000Z', ['in the wrong case as well', [{ ...NIGHTS, timeZone: 'europe/berlin' }], false, false]),
  ...rows('2026-01-05T21:30:00.000Z', ['an offset is no zone', [{ ...NIGHTS, timeZone: '+01:00' }], false, false]),
  // On 2026-03-29 at 01:00 UTC Berlin's clock goes from 2 to 3: the window of 1:30 to 2:30 has ended by then.
  ...rows('2026-03-29T00:59:59.000Z', [
    'before the hour that is lost',
    [{ kind: 'deny', schedule: '30 1 * * *', duration: '1h', timeZone: 'Europe/Berlin', ...all }],
    false,
    false,
  ]),
  ...rows('2026-03-29T01:00:01.000Z', [
    'after the hour that is lost',
    [{ kind: 'deny', schedule: '30 1 * * *', duration: '1h', timeZone: 'Europe/Berlin', ...all }],
    true,
    true,
  ]),
  ...rows(
    NOON,
    [
      'a window longer than its period is always open',
      [{ kind: 'deny', schedule: '0 * * * *', duration: '61m', ...all }],
      false,
      false,
    ],
    ['a window without a length is never open', [{ kind: 'deny', ...always, duration: '0' }], true, true],
    ['nor one with a negative one', [{ kind: 'deny', ...always, duration: '-1h' }], true, true],
    ['a schedule that never fires counts as open', [{ kind: 'deny', ...always, schedule: '0 0 30 2 *' }], false, false],
  ),
]

type Row = readonly [what: string, windows: readonly WrittenWindow[], automation: boolean, people: boolean]

function rows(at: string, ...cases: readonly Row[]): readonly WindowCase[] {
  return cases.map(([what, windows, automation, people]) => ({ what, windows, at, automation, people }))
}
