import { globSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { Manifest } from './full-documents.ts'

const ROOT = new URL('../../../', import.meta.url).pathname

/** Every whole object of these kinds of an API group that the documentation and the examples show, by the file and its number there. */
export function documentedExamples(
  group: string,
  kinds: readonly string[],
): readonly (readonly [place: string, document: Manifest])[] {
  const manifests = globSync('manifests/**/*.yaml', { cwd: ROOT, exclude: ['manifests/crds/**'] }).sort()
  const wanted = new Set(kinds)
  const isWanted = (document: Manifest): boolean => document.apiVersion.startsWith(`${group}/`) && wanted.has(document.kind)
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()]
  return [
    ...manifests.flatMap((file) => objectsOf(file, readFileSync(ROOT + file, 'utf8'))),
    ...pages.flatMap((file) =>
      Array.from(readFileSync(ROOT + file, 'utf8').matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```/gm), ([, indent = '', yaml = '']) =>
        objectsOf(file, yaml.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
      ).flat(),
    ),
  ].filter(([, document]) => isWanted(document))
}

function objectsOf(file: string, yaml: string): readonly (readonly [place: string, document: Manifest])[] {
  return parseAllDocuments(yaml)
    .map((document): unknown => document.toJS())
    .filter(isWhole)
    .map((document, index) => [`${file} ${index + 1}: ${document.kind} ${document.metadata.name}`, document])
}

/** Fragments have no name, or no version. */
function isWhole(value: unknown): value is Manifest {
  const { apiVersion, metadata } = (value ?? {}) as Partial<Manifest>
  return typeof apiVersion === 'string' && typeof metadata?.name === 'string'
}
