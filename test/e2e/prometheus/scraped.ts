import type { Installation } from './built-alerts.ts'

/** Processes of ours at work, with some of everything that their alerts ask about. */
export interface Scraped {
  /** Where Prometheus reads, by installation. */
  readonly texts: Partial<Readonly<Record<Installation, string>>>
  log(): string
}
