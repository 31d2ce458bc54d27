import { resolve } from 'node:path'
import { runCase } from './run-case.ts'
import { readVectorFile, type VectorCase } from './vector-file.ts'

const USAGE = 'usage: npm run vectors -- FILE…\nRuns files of test vectors; the shape is described in the `meta` of each.'

/** npm runs scripts in the package's folder; paths are relative to where the user stands. */
const startedIn = process.env.INIT_CWD ?? process.cwd()

function casesOf(file: string): readonly VectorCase[] | undefined {
  try {
    return readVectorFile(resolve(startedIn, file)).cases
  } catch (thrown) {
    console.error(`${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    return undefined
  }
}

function run(files: readonly string[]): void {
  if (files.length === 0) {
    console.error(USAGE)
    process.exitCode = 1
    return
  }
  let passed = 0
  let failed = 0
  for (const file of files) {
    const cases = casesOf(file)
    if (!cases) failed += 1
    for (const vector of cases ?? []) {
      const reason = runCase(vector)
      if (reason === undefined) passed += 1
      else failed += 1
      if (reason !== undefined) console.log(`${vector.id} ${vector.name}: ${oneLine(reason)}`)
    }
  }
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

function oneLine(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}

run(process.argv.slice(2))
