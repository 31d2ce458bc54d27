import { askedEndpoints } from './asked-endpoints.ts'
import type { DoctorCheck, Finding } from './doctor-check.ts'

const DOUBT_MS = 30_000
/** AWS refuses signatures that are five minutes off ("Signature Version 4"), and tokens are not valid yet or no more. */
const WRONG_MS = 5 * 60_000

/** This machine's clock against those of the stores' endpoints. */
export const clockCheck: DoctorCheck = {
  name: 'clock',
  async run(examination) {
    const told = ((await askedEndpoints(examination)) ?? []).flatMap(({ aheadMs }) => aheadMs ?? [])
    // The one that agrees most: another one may be wrong itself.
    const [ahead] = told.toSorted((one, other) => Math.abs(one) - Math.abs(other))
    return [ahead === undefined ? UNTOLD : clockFinding(ahead)]
  },
}

const UNTOLD: Finding = { state: 'skipped', text: 'nobody was asked who tells the time; all containers of a pod have one clock' }

/** `aheadMs`: of this machine. */
export function clockFinding(aheadMs: number): Finding {
  const offMs = Math.abs(aheadMs)
  if (offMs <= DOUBT_MS) return { state: 'ok', text: 'agrees with the endpoints of the stores' }
  const text = `${Math.round(offMs / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the endpoints of the stores`
  const remedy = 'set the clock of the node (NTP)'
  if (offMs < WRONG_MS) return { state: 'doubt', text, remedy }
  return { state: 'wrong', text: `${text}: signatures and tokens are refused`, remedy }
}
