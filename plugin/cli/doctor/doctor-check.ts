import type { OptionSources } from '../../config/settings.ts'

/** What one check found. */
export interface Finding {
  readonly state: 'ok' | 'doubt' | 'wrong' | 'skipped'
  /** Names and numbers, never a value. */
  readonly text: string
  /** Of a doubt or a wrong: what to do. */
  readonly remedy?: string
}

/** Where and with what a doctor looks. */
export interface Examination {
  readonly sources: OptionSources
  readonly directory: string
  /** Ends a check that hangs. */
  readonly signal: AbortSignal
}

/** One thing that can be wrong with an installation. */
export interface DoctorCheck {
  readonly name: string
  /** Findings in the order in which they are told. What it throws is a finding too. */
  run(examination: Examination): Promise<readonly Finding[]>
}
