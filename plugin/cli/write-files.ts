import { access, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'
import { OutputError } from './write-output.ts'

export interface OutputFile {
  /** Below the folder. */
  readonly name: string
  readonly content: Uint8Array | string
}

/**
 * Writes the files below `folder`, which is made if it is not there. Without `force` nothing is written when any of them is there already.
 * Throws UsageError for that, OutputError where the disk refuses.
 */
export async function writeFiles(folder: string, files: readonly OutputFile[], force: boolean): Promise<void> {
  const targets = files.map(({ name, content }) => ({ name, file: path.join(folder, name), content }))
  if (!force) {
    for (const { name, file } of targets) {
      if (await isThere(file)) throw new UsageError(`${quoteName(name)} is there already`, 'give another folder, or --force')
    }
  }
  try {
    for (const { file, content } of targets) {
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content, { flag: force ? 'w' : 'wx' })
    }
  } catch (thrown) {
    throw new OutputError(thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown')
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
