/** What Prometheus sees, and which alerts fire when. */
export interface AlertCase {
  readonly alert: string
  /** What is seen, as a sentence that goes on from `fires` or `does not fire`. */
  readonly when: string
  /** By series, one sample a minute, in the notation of promtool: `0x9` is ten times 0, `1+2x3` is 1 3 5 7, `_x5` five without one, `stale` its end. */
  readonly series: Readonly<Record<string, string>>
  /** By time, the alerts of this name that fire. */
  readonly at: Readonly<Record<string, readonly FiringAlert[]>>
}

export interface FiringAlert {
  /** Beside those of the rule. */
  readonly labels?: Readonly<Record<string, string>>
  /** Texts that are made with values; the others are those of the rule. */
  readonly summary?: string
  readonly description?: string
}

/** Names of series as they are scraped from the Pods of a Service. */
export function seriesOf(job: string, prefix: string) {
  const scraped = (name: string, pod: string, labels: Readonly<Record<string, string>> = {}): string => {
    const all = Object.entries({ job, pod, ...labels }).map(([label, value]) => `${label}="${value}"`)
    return `${name}{${all.join(',')}}`
  }
  return {
    /** Of ours, by the rest of its name. */
    own: (name: string, pod: string, labels?: Readonly<Record<string, string>>) => scraped(prefix + name, pod, labels),
    /** By its whole name. */
    scraped,
    up: (pod: string) => scraped('up', pod),
  }
}
