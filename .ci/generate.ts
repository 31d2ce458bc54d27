import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { crdFiles, crdKustomization } from './crds.ts'
import { functionDocs, functionDocsFile } from './function-docs.ts'
import { libraryDocs, libraryDocsFile } from './library-docs.ts'
import { announcementsOfSources, pluginYaml, pluginYamlFile, sourceAnnouncementsFile } from './plugin-yaml.ts'
import { referenceFiles } from './reference-docs.ts'

const crds = await crdFiles()

/** Every file that is made from the sources: `npm run generate` writes those that differ, and a test of each fails until then. */
const generated: readonly (readonly [file: URL, text: string])[] = [
  [functionDocsFile, functionDocs()],
  [libraryDocsFile, libraryDocs()],
  [pluginYamlFile, pluginYaml()],
  [sourceAnnouncementsFile, announcementsOfSources()],
  ...crds,
  crdKustomization(crds),
  ...(await referenceFiles()),
]

for (const [file, text] of generated) {
  if (readFileSync(file, { encoding: 'utf8', flag: 'a+' }) === text) continue
  writeFileSync(file, text)
  process.stdout.write(`written: ${fileURLToPath(file)}\n`)
}
