import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { accountToken, askArgo } from './argo-api.ts'
import type { World } from './world.ts'

/** Whoever may do nothing but `applications, get`. */
export interface Reader {
  /** What Argo CD's own command line prints when it asks how `application` differs from the files of a folder, which the server renders. */
  diffOfFiles(application: string, folder: string): Promise<string>
  /** The manifests of a commit of any branch that the API answers, as text. */
  manifests(application: string, commit: string): Promise<string>
}

/** Logs in as the account `reader` that the settings have. */
export async function readerOf(world: World): Promise<Reader> {
  const token = await accountToken(world, 'reader')
  const argocd = path.join(await goProgram('argocd'), 'argocd')
  return {
    async diffOfFiles(application, folder) {
      const words = ['app', 'diff', application, '--local', folder, '--local-repo-root', folder, '--server-side-generate']
      const server = ['--server', new URL(world.apiUrl).host, '--plaintext', '--auth-token', token]
      const temporary = await mkdtemp(path.join(tmpdir(), 'reader-'))
      try {
        return await outputOf(argocd, [...words, ...server], temporary)
      } finally {
        await rm(temporary, { recursive: true })
      }
    },
    manifests: (application, commit) =>
      askArgo(world, 'GET', `/api/v1/applications/${application}/manifests?revision=${commit}`, { token }),
  }
}

/** Standard output of a run that may end with 1, which is how it says that there is a difference. */
async function outputOf(argocd: string, words: readonly string[], home: string): Promise<string> {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, ARGOCD_BINARY_NAME: 'argocd' }
  return await new Promise((resolve, reject) => {
    execFile(argocd, words, { env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(new Error(`argocd ended with ${error.code}: ${stderr}`))
      else resolve(stdout + stderr)
    })
  })
}
