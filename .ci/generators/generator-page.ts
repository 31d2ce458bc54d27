import type { Generator, Stability } from '../../plugin/generators/generator.ts'
import type { KindPage } from '../kind-pages.ts'
import type { GeneratorFacts } from './generator-facts.ts'
import { logins } from './logins.ts'
import { madeHere } from './made-here.ts'
import { tokens } from './tokens.ts'

/** By kind. */
export const generatorFacts: ReadonlyMap<string, GeneratorFacts> = new Map([...madeHere, ...logins, ...tokens])

const NAMESPACE = 'team-a'
const PASSTHROUGH = { 'argocd-external-secrets.io/delivery': 'passthrough' }
const NO_STATUS =
  'It has none. Whether values could be made is in the conditions and events of the ExternalSecret that uses it: `kubectl describe externalsecret NAME`.'

/** The page of a kind: its facts, and what follows for all kinds of its stability (R13). */
export function generatorPage(generator: Generator): KindPage {
  const { kind, stability } = generator
  const facts = generatorFacts.get(kind)
  if (!facts) throw new Error(`.ci/generators has nothing for ${kind}`)
  const { makes, needs, rules = [], notes = [] } = facts
  return {
    summary: makes,
    examples: examplesOf(kind, facts, stability),
    rules,
    working: [keysTable(facts), placesTable(kind, stability, 'revoke' in generator)],
    notes: [
      ...(needs === undefined ? [] : [`It needs ${needs}.`]),
      ...notes,
      ...(stability === 'ephemeral' && kind !== 'SSHKey' && kind !== 'MFA' ? OF_OTHER_PARTIES : []),
      'What holds for all kinds, such as where they are looked up: [generators](../generators.md).',
    ],
    status: NO_STATUS,
  }
}

const OF_OTHER_PARTIES = [
  'What it names (Secrets, ServiceAccounts) is of the namespace of the ExternalSecret, and so are the credentials.',
  'A failure names the party, the step and what to do, never the words of the other party.',
]

/** The generator and an ExternalSecret that uses it. What a render in Argo CD would refuse is left to a controller. */
function examplesOf(kind: string, facts: GeneratorFacts, stability: Stability): readonly object[] {
  const { example, refreshInterval = '0s', target } = facts
  const metadata = { name: example.name, namespace: NAMESPACE }
  return [
    { apiVersion: 'generators.external-secrets.io/v1alpha1', kind, metadata, spec: example.spec },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { ...metadata, ...(stability === 'ephemeral' && { annotations: PASSTHROUGH }) },
      spec: {
        refreshInterval,
        ...(target && { target }),
        dataFrom: [{ sourceRef: { generatorRef: { kind, name: example.name } } }],
      },
    },
  ]
}

function keysTable({ keys }: GeneratorFacts): string {
  const rows = keys.map(({ names, value }) => `| ${names.map((name) => `\`${name}\``).join(', ') || 'any'} | ${value} |\n`)
  return `The keys that it gives:\n\n| key | value |\n|---|---|\n${rows.join('')}`
}

function placesTable(kind: string, stability: Stability, isTakenBack: boolean): string {
  const [onTheCommandLine, inArgoCd, inACluster] = PLACES[stability](kind)
  const back = isTakenBack
    ? ' It is taken back when the next one is in use and when the ExternalSecret is deleted: a [GeneratorState](generatorstate.md) says how.'
    : ''
  return `Where it is asked:

| | |
|---|---|
| a render on the command line | ${onTheCommandLine} |
| a render inside Argo CD | ${inArgoCd} |
| [a controller in the cluster](../generators.md#in-a-cluster) | ${inACluster}${back} |
`
}

const LISTED = (kind: string): string => `if a rule of the [policy](../policy.md#generators) lists \`generators: [${kind}]\``

/** On the command line, inside Argo CD, in a cluster (docs/generators.md, "Values that stay"). */
const PLACES: Readonly<Record<Stability, (kind: string) => readonly [string, string, string]>> = {
  constant: (kind) => ['the same, always', `the same, always, ${LISTED(kind)}`, 'the same, at each refresh'],
  derived: (kind) => [
    'derived: the same with every render with `--seed-file`; without it another one each time, with a warning',
    `derived from the daemon's keys (\`--keys\`): the same with every render, ${LISTED(kind)}. Without keys it is refused`,
    'another one at each refresh, as in External Secrets Operator; with `refreshInterval: 0s` it is made once',
  ],
  ephemeral: () => [
    'works, with a warning: the next render gives something else',
    'refused, whatever a policy lists, since it would change with every render: leave the ExternalSecret to a controller, by the annotation of the example',
    'a new one at each refresh, so `refreshInterval` is shorter than it lasts; with `0s` it is made once.',
  ],
}
