import { parseArgs } from 'node:util'

/** What somebody asked the bench for. */
export type BenchWords =
  | { readonly kind: 'run'; readonly workloads: readonly string[]; readonly runs: number; readonly json: boolean }
  | { readonly kind: 'help'; readonly text: string }
  /** Nothing can be run: why, and what to write instead. */
  | { readonly kind: 'misused'; readonly text: string }

export interface KnownWorkloads {
  readonly all: readonly string[]
  /** Those that run only where they are asked for. */
  readonly onRequest: ReadonlySet<string>
}

const DEFAULT_RUNS = 5
const HINT = 'see npm run bench -- --help'

/** Reads the words after `npm run bench --`. Pure. */
export function readBenchWords(words: readonly string[], known: KnownWorkloads): BenchWords {
  const given = parsed(words)
  if (typeof given === 'string') return { kind: 'misused', text: `${given}; ${HINT}` }
  if (given.help === true) return { kind: 'help', text: helpText(known) }
  const runs = Number(given.runs ?? DEFAULT_RUNS)
  if (!Number.isInteger(runs) || runs < 1)
    return { kind: 'misused', text: `--runs ${given.runs} is no whole number above 0; ${HINT}` }
  const workloads =
    given.only?.split(',').flatMap((name) => named(name, known)) ?? known.all.filter((name) => !known.onRequest.has(name))
  const unknown = workloads.find((name) => !known.all.includes(name))
  if (unknown !== undefined)
    return { kind: 'misused', text: `unknown workload ${JSON.stringify(unknown)}; known are ${known.all.join(', ')}; ${HINT}` }
  return { kind: 'run', workloads, runs, json: given.json === true }
}

/** A text: what is wrong. */
function parsed(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        only: { type: 'string' },
        runs: { type: 'string' },
      },
    })
    return values
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '').replace(/\. .*$|\.$/, '') : String(thrown)
  }
}

/** `argocd` picks all that begin with `argocd-`. */
function named(name: string, { all }: KnownWorkloads): readonly string[] {
  if (all.includes(name)) return [name]
  const those = all.filter((known) => known.startsWith(`${name}-`))
  return those.length > 0 ? those : [name]
}

function helpText({ all, onRequest }: KnownWorkloads): string {
  const list = (names: readonly string[]): string => names.map((name) => `  ${name}\n`).join('')
  return `usage: npm run bench -- [--only WORKLOAD,…] [--runs N] [--json]

Measures the built program against the floor of the same workload, in one run, and prints a table.
These machines are noisy: look at ratios and counts, not at milliseconds.

  --only WORKLOAD,…  these alone; the beginning of names stands for all of them (argocd, cold, controller)
  --runs N           takes the median of N runs of each (default ${DEFAULT_RUNS})
  --json             prints the figures
  --help, -h         prints this

workloads
${list(all.filter((name) => !onRequest.has(name)))}
workloads that run where they are asked for: they need the servers of the end-to-end tests, whose first build takes a quarter of an hour
${list([...onRequest])}
examples
  npm run bench -- --only=vault-1000,cold-aws
  npm run bench -- --only=cold --runs 20
  npm run bench -- --only=controller --json > figures.json
`
}
