import { execFile } from 'node:child_process'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** A Git repository on disk, with the branch `main`. */
export interface GitRepository {
  /** `file://` URL of it. */
  readonly url: string
  /** Writes `files` (undefined: removes) and commits; gives the commit. */
  commit(files: Readonly<Record<string, string | undefined>>, branch?: string): Promise<string>
  /** A file of a branch; undefined without the file or the branch. */
  read(branch: string, name: string): Promise<string | undefined>
  /** Nobody finds it any more. */
  takeAway(): Promise<void>
  bringBack(): Promise<void>
}

const run = promisify(execFile)

const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'team',
  GIT_AUTHOR_EMAIL: 'team@example.com',
  GIT_COMMITTER_NAME: 'team',
  GIT_COMMITTER_EMAIL: 'team@example.com',
}

export async function createGitRepository(folder: string): Promise<GitRepository> {
  const git = async (...words: readonly string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...words], { env: ENVIRONMENT })).stdout.trim()
  await mkdir(folder, { recursive: true })
  await git('init', '--quiet', '--initial-branch=main')
  await git('commit', '--quiet', '--allow-empty', '--message=start')
  return {
    url: `file://${folder}`,
    async commit(files, branch = 'main') {
      await git('checkout', '--quiet', '-B', branch, ...(branch === 'main' ? [] : ['main']))
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, name)
        await mkdir(path.dirname(file), { recursive: true })
        await (content === undefined ? rm(file, { recursive: true }) : writeFile(file, content))
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--message=change')
      const commit = await git('rev-parse', 'HEAD')
      await git('checkout', '--quiet', 'main')
      return commit
    },
    async read(branch, name) {
      try {
        return await git('show', `${branch}:${name}`)
      } catch {
        return undefined
      }
    },
    takeAway: () => rename(folder, `${folder}-away`),
    bringBack: () => rename(`${folder}-away`, folder),
  }
}
