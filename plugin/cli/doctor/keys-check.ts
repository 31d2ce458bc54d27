import { stat } from 'node:fs/promises'
import path from 'node:path'
import * as daemonOptions from '../../config/daemon-options.ts'
import { setting } from '../../config/settings.ts'
import { systemClock } from '../../model/clock.ts'
import { keyCommands, rotateCommands } from '../../stores/keys/key-commands.ts'
import { readKeyFolder } from '../../stores/keys/read-key-folder.ts'
import type { DoctorCheck, Finding } from './doctor-check.ts'

const DAY_MS = 24 * 60 * 60_000
/** After so many days it is time for a new version. */
const OLD_DAYS = 365

/** The key ring (R17): which versions there are, since when, and who may read them; with the commands to make and to rotate them. */
export const keysCheck: DoctorCheck = {
  name: 'keys',
  async run({ sources, directory }) {
    const given = setting(daemonOptions.keys, sources)
    if (given === '') return [setting(daemonOptions.policy, sources) === '' ? NOT_HERE : withoutKeys()]
    const folder = path.resolve(directory, given)
    const versions = await readKeyFolder(folder)
    const facts = await Promise.all(
      versions.map(async ({ name }) => {
        const { mtimeMs, mode } = await stat(path.join(folder, name))
        return { name, days: Math.floor((systemClock.now() - mtimeMs) / DAY_MS), isOpen: (mode & 0o007) !== 0 }
      }),
    )
    const open = facts.filter(({ isOpen }) => isOpen).map(({ name }) => name)
    const [newest] = facts
    return [
      { state: 'ok', text: facts.map(({ name, days }) => `${name}, here for ${days} days`).join('; ') },
      ...(open.length > 0 ? [openToAll(open)] : []),
      ...(newest ? [rotation(newest.name, newest.days)] : []),
    ]
  },
}

const NOT_HERE: Finding = { state: 'skipped', text: 'no --keys is named: this is not the container of the daemon' }

function withoutKeys(): Finding {
  return {
    state: 'doubt',
    text: 'no --keys is named: no random functions, no checksums, no last good values',
    remedy: `make keys and name their folder by --keys: ${keyCommands.create.join(' && ')}`,
  }
}

function openToAll(names: readonly string[]): Finding {
  return {
    state: 'doubt',
    text: `every user of this container may read ${names.join(', ')}`,
    remedy: 'mount the Secret with defaultMode 0440, and fsGroup of the pod 999',
  }
}

function rotation(newest: string, days: number): Finding {
  const commands = rotateCommands(Number(newest.slice(1)) + 1).join(' && ')
  if (days <= OLD_DAYS) return { state: 'ok', text: `a further version is made with: ${commands}` }
  return { state: 'doubt', text: `${newest} is the newest, for more than ${OLD_DAYS} days`, remedy: `add a version: ${commands}` }
}
