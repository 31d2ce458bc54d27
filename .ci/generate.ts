import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { crdFiles, crdKustomization } from './crds.ts'
import { functionDocs, functionDocsFile } from './function-docs.ts'
import { libraryDocs, libraryDocsFile } from './library-docs.ts'
import { announcementsOfSources, pluginYaml, pluginYamlFile, sourceAnnouncementsFile } from './plugin-yaml.ts'
import { referenceFiles } from './reference-docs.ts'

const crds = await crdFiles()

/** Every file that is made from the sources: `npm run generate` writes those that differ, and `npm run check` (`--check`) fails until then. */
const generated: readonly (readonly [file: URL, text: string])[] = [
  [functionDocsFile, functionDocs()],
  [libraryDocsFile, libraryDocs()],
  [pluginYamlFile, pluginYaml()],
  [sourceAnnouncementsFile, announcementsOfSources()],
  ...crds,
  crdKustomization(crds),
  ...(await referenceFiles()),
]

const stale = generated.filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
const isCheck = process.argv.includes('--check')
for (const [file, text] of stale) {
  if (!isCheck) writeFileSync(file, text)
  process.stdout.write(`${isCheck ? 'not up to date' : 'written'}: ${path.relative('.', fileURLToPath(file))}\n`)
}
if (isCheck && stale.length > 0) {
  process.stdout.write('npm run generate writes them\n')
  process.exitCode = 1
}
