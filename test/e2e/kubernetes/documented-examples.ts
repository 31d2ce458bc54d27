import { globSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { plurals } from './crd-server.ts'
import type { Manifest } from './full-documents.ts'

const ROOT = new URL('../../../', import.meta.url).pathname

/** Every whole object of our kinds that the documentation and the examples show, by the file and its number there. */
export function documentedExamples(): readonly (readonly [place: string, document: Manifest])[] {
  const manifests = globSync('manifests/**/*.yaml', { cwd: ROOT, exclude: ['manifests/crds/**'] }).sort()
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()]
  return [
    ...manifests.flatMap((file) => objectsOf(file, readFileSync(ROOT + file, 'utf8'))),
    ...pages.flatMap((file) =>
      Array.from(readFileSync(ROOT + file, 'utf8').matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```/gm), ([, indent = '', yaml = '']) =>
        objectsOf(file, yaml.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
      ).flat(),
    ),
  ]
}

function objectsOf(file: string, yaml: string): readonly (readonly [place: string, document: Manifest])[] {
  return parseAllDocuments(yaml)
    .map((document): unknown => document.toJS())
    .filter(isOurs)
    .map((document, index) => [`${file} ${index + 1}: ${document.kind} ${document.metadata.name}`, document])
}

/** Fragments have no name, or no version. */
function isOurs(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>
  const isWhole = typeof metadata?.name === 'string'
  return isWhole && Boolean(apiVersion?.startsWith('external-secrets.io/')) && Object.hasOwn(plurals, kind ?? '')
}
