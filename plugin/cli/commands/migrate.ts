import path from 'node:path'
import process from 'node:process'
import { createLocate } from '../../argocd/place-of.ts'
import * as options from '../../config/migrate-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { migrateAvp } from '../../migrate/avp/migrate-avp.ts'
import { migrateKes } from '../../migrate/kes/migrate-kes.ts'
import type { Migration, MigrationOptions } from '../../migrate/migration.ts'
import { skeletonText } from '../../migrate/store-skeletons.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { ManifestStream } from '../../stream/manifest-document.ts'
import { printStream } from '../../stream/print-stream.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import type { Command, CommandCall } from '../command.ts'
import { readInput } from '../read-input.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { type OutputFile, writeFiles } from '../write-files.ts'
import { writeOutput } from '../write-output.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'turn manifests of argocd-vault-plugin or kubernetes-external-secrets into ExternalSecrets',
  usage: 'migrate avp|kes [PATH|-]',
  description: [
    'Prints the manifests with ExternalSecrets in the place of what the old program would have filled in, and stores to fill in behind',
    'them. Everything else stays byte for byte. What cannot keep its meaning stays as it is too, and is reported with what to do by hand.',
    'No store is asked and no value is needed. Comments inside of a migrated document are lost; those above it stay.',
    'Exit codes: 0 everything is migrated, 2 usage, 3 something was left (the rest is printed all the same).',
  ].join('\n'),
  options: [
    options.backend,
    options.kvVersion,
    options.store,
    options.storeKind,
    options.skipStores,
    options.outputDirectory,
    options.force,
    options.report,
  ],
  examples: [
    ['argocd-external-secrets migrate avp manifests/ --output-dir migrated/', 'a folder of manifests with placeholders'],
    ['helm template chart/ | argocd-external-secrets migrate avp - --backend awssecretsmanager', 'what a chart makes'],
    ['argocd-external-secrets migrate kes external-secret.yaml --store shop', 'an ExternalSecret of kubernetes-client.io'],
    ['argocd-external-secrets migrate avp . --output-dir . --force', 'in place, in a clean work tree of Git'],
  ],
  maxArguments: 2,
  run,
}

/** A program whose manifests can be migrated. */
type Program = (streams: readonly ManifestStream[], sources: OptionSources) => Migration

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  [
    'avp',
    (streams, sources) =>
      migrateAvp(streams, {
        ...commonOptions(sources),
        backend: setting(options.backend, sources),
        kvVersion: setting(options.kvVersion, sources),
      }),
  ],
  ['kes', (streams, sources) => migrateKes(streams, commonOptions(sources))],
])

async function run(call: CommandCall): Promise<number> {
  const sources: OptionSources = { flags: call.flags, environment: call.environment, file: {} }
  const [from = '', where = '.'] = call.arguments
  const program = PROGRAMS.get(from)
  if (!program) throw notAProgram(from)
  const files = await readInput(where, call.directory)
  const migration = program(
    files.map(({ name, bytes }) => splitManifests(name, bytes)),
    sources,
  )
  const stores = setting(options.skipStores, sources) ? '' : skeletonText(migration.stores)
  const folder = setting(options.outputDirectory, sources)
  if (folder === '') await writeOutput(asOneStream(migration, stores))
  else await writeFiles(path.resolve(call.directory, folder), asFiles(migration, stores, where), setting(options.force, sources))

  process.stderr.write(setting(options.report, sources) === 'json' ? jsonReport(migration) : textReport(migration))
  return exitCodeOf(migration.problems)
}

function commonOptions(sources: OptionSources): MigrationOptions {
  const store = setting(options.store, sources)
  return { ...(store !== '' && { store }), storeKind: setting(options.storeKind, sources) }
}

function notAProgram(from: string): UsageError {
  const known = [...PROGRAMS.keys()].join(' or ')
  return new UsageError(
    from === '' ? 'no program to migrate from' : `manifests of ${quoteName(from)} cannot be migrated`,
    `say argocd-external-secrets migrate ${known}, and then the path`,
  )
}

function asOneStream({ streams, edits }: Migration, stores: string): Uint8Array {
  const added = stores === '' ? [] : [splitManifests(STORES_FILE, Buffer.from(stores))]
  return printStream([...streams, ...added], edits)
}

const STORES_FILE = 'secret-stores.yaml'

function asFiles({ streams, edits }: Migration, stores: string, where: string): readonly OutputFile[] {
  const byFile = Map.groupBy(edits, ([object]) => object.document.file)
  const files = streams.map((stream) => ({
    name: nameBelow(where, stream.file),
    content: printStream([stream], new Map(byFile.get(stream.file))),
  }))
  return stores === '' ? files : [...files, { name: storesFile(new Set(files.map(({ name }) => name))), content: stores }]
}

/** Never one that was read. */
function storesFile(taken: ReadonlySet<string>): string {
  let name = STORES_FILE
  for (let count = 2; taken.has(name); count++) name = STORES_FILE.replace('.', `-${count}.`)
  return name
}

function nameBelow(where: string, file: string): string {
  if (file === '-') return 'manifests.yaml'
  return file === where ? path.basename(file) : path.relative(where, file)
}

function textReport({ edits, stores, problems, warnings, objects }: Migration): string {
  const locate = createLocate(objects)
  const done = `migrated: ${edits.size} objects, ${stores.length} stores to fill in\n`
  return (
    warningReport(warnings, locate) +
    (problems.length > 0 ? problemReport(problems, 'these are left as they are', locate) : '') +
    done
  )
}

function jsonReport({ edits, stores, problems, warnings, objects }: Migration): string {
  const locate = createLocate(objects)
  const report = {
    migrated: edits.size,
    stores: stores.length,
    left: problems.map(({ message, remedy, place }) => ({ ...locate(place), message, remedy })),
    warnings: warnings.map(({ message, place }) => ({ ...locate(place), message })),
  }
  return `${JSON.stringify(report)}\n`
}
