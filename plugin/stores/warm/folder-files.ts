import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

export interface FileFacts {
  readonly name: string
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly changedAtMs: number
}

/** The few things done to one folder of files; tests have a folder that fails. */
export interface FolderFiles {
  list(): Promise<readonly FileFacts[]>
  /** `undefined` when there is none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** On the disk when it resolves; not atomic. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Atomic (rename(2)): `to` is the old file or the new one, never a part. */
  rename(from: string, to: string): Promise<void>
  /** Nothing when there is none. */
  remove(name: string): Promise<void>
}

/** Makes the folder, for this user alone. */
export async function openFolderFiles(directory: string): Promise<FolderFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const at = (name: string): string => path.join(directory, name)

  return {
    async list() {
      const names = await readdir(directory)
      const found = await Promise.all(names.map(async (name) => factsOf(at(name), name)))
      return found.filter((facts) => facts !== undefined)
    },
    read: async (name) => readFile(at(name)).catch(() => undefined),
    async write(name, bytes) {
      const file = await open(at(name), 'w', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => rm(at(name), { force: true }),
  }
}

async function factsOf(file: string, name: string): Promise<FileFacts | undefined> {
  const facts = await stat(file).catch(() => undefined)
  return facts?.isFile() ? { name, bytes: facts.size, changedAtMs: facts.mtimeMs } : undefined
}
