import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Option } from '../../config/option.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import type { TlsFiles } from './listen-with-tls.ts'

/** The options that name the certificate of one port. */
export interface CertificateOptions {
  readonly certificate: Option<string>
  readonly key: Option<string>
  /** Of a port whose clients may show certificates. */
  readonly clientCa?: Option<string>
}

/** The files with which a controller listens. */
export interface ListeningFiles {
  /** Undefined where there is no certificate. Throws UsageError where half of one is given. */
  tls(options: CertificateOptions): TlsFiles | undefined
  /** What the file of an option says now, a line each; nothing without a file. What is mounted may be rotated at any time. */
  lines(option: Option<string>): readonly string[]
}

/** Paths are those of `directory`. */
export function listeningFiles(sources: OptionSources, directory: string): ListeningFiles {
  const file = (option: Option<string>): string | undefined => {
    const name = setting(option, sources)
    return name === '' ? undefined : path.resolve(directory, name)
  }
  return {
    tls: (options) => tlsFiles(file, options),
    lines(option) {
      const name = file(option)
      return name === undefined ? [] : readLines(name)
    },
  }
}

function tlsFiles(file: (option: Option<string>) => string | undefined, options: CertificateOptions): TlsFiles | undefined {
  const certificate = file(options.certificate)
  const key = file(options.key)
  const clientCa = options.clientCa && file(options.clientCa)
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientCa }
  if (certificate !== undefined || key !== undefined || clientCa !== undefined)
    throw new UsageError(`--${options.certificate.name} and --${options.key.name} belong together`, 'give both')
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
