import { execFile } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { median } from './measure.ts'
import type { Row } from './row.ts'

const run = promisify(execFile)

const FILES = ['template.tpl', 'template-data.json', 'template-expected.txt'].map((name) => path.resolve('bench/template', name))

/** Outside of the checkout, so that Go's program is built once. */
const GO_PROGRAM = path.join(os.homedir(), '.cache', 'argocd-external-secrets', 'bench-template')

export const TEMPLATE_ROWS = ['template-parse-and-render', 'template-render', 'template-render-compiled'] as const
type RowName = (typeof TEMPLATE_ROWS)[number]

type Way = 'parse and render' | 'render'

/** External Secrets parses with every render, so that is what a compiled template of ours replaces; the last row is compiled against compiled. */
const COMPARED: Readonly<Record<RowName, { readonly ours: Way; readonly theirs: Way }>> = {
  'template-parse-and-render': { ours: 'parse and render', theirs: 'parse and render' },
  'template-render': { ours: 'render', theirs: 'parse and render' },
  'template-render-compiled': { ours: 'render', theirs: 'render' },
}

/**
 * One render of a Go template, parsed each time or once, against Go's text/template with sprig; both in fresh processes, in turn. Without go on
 * the PATH there is nothing to hold it against: the time is printed and there is no row.
 */
export async function templateRow(name: RowName, runs: number): Promise<Row | undefined> {
  const compared = COMPARED[name]
  const hasGo = await buildGo()
  const ours: Printed[] = []
  const theirs: Printed[] = []
  for (let i = 0; i < runs; i++) {
    ours.push(await measured(process.execPath, ['bench/template-program.ts', ...FILES]))
    if (hasGo) theirs.push(await measured(GO_PROGRAM, FILES))
  }
  const wallMs = median(ours.map((printed) => printed[compared.ours]))
  if (!hasGo) {
    console.error(`${name}: ${wallMs.toFixed(3)} ms; left out of the table, since there is no go on the PATH to compare it with`)
    return undefined
  }
  return {
    name,
    wallMs,
    referenceMs: median(theirs.map((printed) => printed[compared.theirs])),
    reference: `Go text/template with sprig: ${compared.theirs}`,
    peakRssMiB: median(ours.map(({ peakRssMiB }) => peakRssMiB)),
  }
}

type Printed = Readonly<Record<Way | 'peakRssMiB', number>>

async function measured(program: string, words: readonly string[]): Promise<Printed> {
  const { stdout } = await run(program, words)
  const [parseAndRender = Number.NaN, render = Number.NaN, peakRssMiB = Number.NaN] = stdout.split(' ').map(Number)
  return { 'parse and render': parseAndRender, render, peakRssMiB }
}

/** Whether there is a go to build with. A program that does not build fails the bench. */
async function buildGo(): Promise<boolean> {
  try {
    await run('go', ['version'])
  } catch {
    return false
  }
  await run('go', ['build', '-o', GO_PROGRAM, '.'], { cwd: 'bench/go' })
  return true
}
