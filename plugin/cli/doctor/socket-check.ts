import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { decodeExpandAnswer, encodeExpandRequest } from '../../argocd/wire/expand-exchange.ts'
import { unixExchange } from '../../client/unix-exchange.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import { setting } from '../../config/settings.ts'
import type { DoctorCheck, Finding } from './doctor-check.ts'

const TIMEOUT_MS = 5_000
/** A render of nothing, for a project that no policy speaks of. */
const NOTHING = {
  ARGOCD_APP_NAME: 'doctor',
  ARGOCD_APP_NAMESPACE: 'doctor',
  ARGOCD_APP_PROJECT_NAME: 'doctor',
  KUBE_VERSION: '1.0.0',
}

/** The client's way to the daemon. */
export const socketCheck: DoctorCheck = {
  name: 'socket',
  async run({ sources, directory }) {
    const socket = path.resolve(directory, setting(daemonOptions.socket, sources))
    const folder = await lstat(path.dirname(socket)).catch(() => undefined)
    if (!folder) {
      return [
        {
          state: 'wrong',
          text: `there is no folder ${path.dirname(socket)}`,
          remedy: 'start the daemon, and mount the same volume into both containers',
        },
      ]
    }
    const findings: Finding[] = []
    if ((folder.mode & 0o077) !== 0) {
      const mode = (folder.mode & 0o777).toString(8)
      findings.push({
        state: 'wrong',
        text: `others may enter ${path.dirname(socket)} (mode ${mode})`,
        remedy: 'give the socket a folder of its own that the daemon makes',
      })
    }
    const request = encodeExpandRequest({
      command: 'generate',
      environment: new Map(Object.entries(NOTHING)),
      files: [],
      timeoutMs: TIMEOUT_MS,
    })
    const { body } = await unixExchange(socket, request, TIMEOUT_MS)
    const { exitCode } = decodeExpandAnswer(body)
    findings.push(
      exitCode === 0
        ? { state: 'ok', text: `the daemon answers at ${socket}` }
        : {
            state: 'wrong',
            text: `the daemon answers at ${socket}, but cannot render (exit code ${exitCode})`,
            remedy: 'see the log of its container',
          },
    )
    return findings
  },
}
