import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What one program needs, the median of its runs. */
export interface Measured {
  readonly wallMs: number
  readonly peakRssMiB: number
  readonly outputBytes: number
}

export interface Program {
  /** Of Node: flags, a script, its arguments. */
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Prints the peak resident size in KiB to file descriptor 3 when the process ends. Loading it takes time: never in a timed run. */
export const REPORT_RSS = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.getBuiltinModule('node:fs').writeSync(3, String(process.resourceUsage().maxRSS)))")}`

/** Runs of {@link measureInTurn} that are not among the timed ones: the first one warms caches and tells the memory. */
export const EXTRA_RUNS = 1

/**
 * Runs the programs once for their memory (and to warm the compile and file caches) and then `runs` times in turn (A B A B …) for their time, so
 * that a machine whose speed drifts is equally unkind to all. A run that fails fails the bench.
 */
export async function measureInTurn<const Programs extends readonly Program[]>(
  programs: Programs,
  runs: number,
): Promise<{ [Index in keyof Programs]: Measured }> {
  const memory: Run[] = []
  for (const program of programs) memory.push(await runOnce({ ...program, words: ['--import', REPORT_RSS, ...program.words] }))
  const timed = programs.map((): number[] => [])
  for (let i = 0; i < runs; i++) {
    for (const [index, program] of programs.entries()) timed[index]?.push((await runOnce(program)).wallMs)
  }
  const measured = timed.map((times, index) => ({
    wallMs: median(times),
    peakRssMiB: (memory[index]?.peakRssKiB ?? 0) / 1024,
    outputBytes: memory[index]?.outputBytes ?? 0,
  }))
  return measured as { [Index in keyof Programs]: Measured }
}

interface Run {
  readonly wallMs: number
  readonly peakRssKiB: number
  readonly outputBytes: number
}

async function runOnce({ words, environment }: Program): Promise<Run> {
  const start = performance.now()
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  let rss = ''
  let outputBytes = 0
  child.stdio[1]?.on('data', (chunk: Buffer) => void (outputBytes += chunk.byteLength))
  child.stdio[3]?.on('data', (chunk: Buffer) => void (rss += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}`)
  return { wallMs: performance.now() - start, peakRssKiB: Number(rss), outputBytes }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
