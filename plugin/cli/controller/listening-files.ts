import { readFileSync } from 'node:fs'
import path from 'node:path'
import { intakeCertificate, intakeClientCa, intakeKey } from '../../config/applications-options.ts'
import type { Option } from '../../config/option.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import type { TlsFiles } from './listen-with-tls.ts'

/** The files with which a controller listens. */
export interface ListeningFiles {
  /** Undefined where there is no certificate. */
  readonly tls: TlsFiles | undefined
  /** What the file of an option says now, a line each; nothing without a file. What is mounted may be rotated at any time. */
  lines(option: Option<string>): readonly string[]
}

/** Paths are those of `directory`. Throws UsageError. */
export function listeningFiles(sources: OptionSources, directory: string): ListeningFiles {
  const file = (option: Option<string>): string | undefined => {
    const name = setting(option, sources)
    return name === '' ? undefined : path.resolve(directory, name)
  }
  return {
    tls: tlsFiles(file),
    lines(option) {
      const name = file(option)
      return name === undefined ? [] : readLines(name)
    },
  }
}

function tlsFiles(file: (option: Option<string>) => string | undefined): TlsFiles | undefined {
  const certificate = file(intakeCertificate)
  const key = file(intakeKey)
  const clientCa = file(intakeClientCa)
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientCa }
  if (certificate !== undefined || key !== undefined || clientCa !== undefined)
    throw new UsageError('--intake-certificate and --intake-key belong together', 'give both')
  return undefined
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  } catch {
    return []
  }
}
