import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EMPTY_PROCESS } from './floor.ts'
import { measureInTurn } from './measure.ts'
import type { Row } from './row.ts'
import { foreignStream } from './workloads.ts'

const TEN_MIB = 10 * 1024 * 1024

/** A stream of 10 MiB in which nothing is ours, against an empty process. */
export async function foreignRow(main: string, folder: string, runs: number): Promise<Row> {
  const file = path.join(folder, 'foreign.yaml')
  const stream = foreignStream(TEN_MIB)
  await writeFile(file, stream)
  const [measured, empty] = await measureInTurn([{ words: [main, 'generate', file] }, EMPTY_PROCESS], runs)
  if (measured.outputBytes !== Buffer.byteLength(stream)) throw new Error('the foreign stream did not pass unchanged')
  return {
    name: 'foreign-10-mib',
    wallMs: measured.wallMs,
    referenceMs: empty.wallMs,
    reference: 'node -e 0',
    peakRssMiB: measured.peakRssMiB,
  }
}
