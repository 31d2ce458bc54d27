import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readPluginParameters } from '../argocd/request/plugin-parameters.ts'
import { requestedSource } from '../argocd/request/requested-source.ts'
import { directoryChoice, holdsManifests } from '../argocd/source/directory-choice.ts'
import { makeTemporaryFolder } from '../argocd/source/own-folder.ts'
import { renderSource } from '../argocd/source/render-source.ts'
import { sourceKindOf } from '../argocd/source/source-kind.ts'
import { sourceParameters } from '../argocd/source/source-parameters.ts'
import type { SourceTools } from '../argocd/source/source-tools.ts'
import { RENDER_PREFIX } from '../argocd/source/tool-home.ts'
import { MAX_REQUEST_BYTES, type ManifestFile, tooLarge } from '../argocd/wire/expand-exchange.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { createTurns } from '../model/turns.ts'
import { type Checkout, inside, prefixOf } from './checkout.ts'
import type { Upload } from './receive-upload.ts'

export interface CheckoutTools extends SourceTools {
  /** The checkout is on disk: its memory is free while a tool runs. */
  readonly onWritten: () => void
}

/**
 * The manifests of the application's folder in an upload. A plain directory is read in memory; helm and kustomize get the checkout in a folder of
 * its own (0700), which is gone afterwards. The checkout is empty then. Throws SecretError as `renderSource` does.
 */
export async function checkoutSource({ metadata, checkout }: Upload, tools: CheckoutTools): Promise<readonly ManifestFile[]> {
  const folder = inside(metadata.path, metadata.path)
  const names = checkout.below(folder)
  if (names.length === 0) {
    throw new SecretError('InvalidSpec', `the repository has no folder ${quoteName(metadata.path)}`, {
      remedy: 'see spec.source.path of the Application',
    })
  }
  const parameters = sourceParameters(readPluginParameters(metadata.environment))
  if (sourceKindOf(names, parameters) === 'directory')
    return manifestsIn(checkout, prefixOf(folder), names, directoryChoice(parameters.directory))

  return withFolder(checkout, tools, (root) =>
    renderSource(requestedSource(metadata.environment, { folder: path.join(root, folder), root }), tools),
  )
}

/** In turns: a repository has tens of thousands of files. */
async function manifestsIn(
  checkout: Checkout,
  prefix: string,
  names: readonly string[],
  isChosen: (name: string) => boolean,
): Promise<readonly ManifestFile[]> {
  const turns = createTurns()
  const files: ManifestFile[] = []
  let size = 0
  for (const name of names) {
    const turn = turns.take()
    if (turn) await turn
    const bytes = isChosen(name) ? checkout.read(`${prefix}${name}`) : undefined
    if (!bytes || !holdsManifests(name, bytes)) continue
    size += bytes.byteLength
    if (size > MAX_REQUEST_BYTES) throw tooLarge()
    files.push({ name, bytes })
  }
  return files
}

async function withFolder<T>(
  checkout: Checkout,
  { temporaryFolder, onWritten }: CheckoutTools,
  use: (root: string) => Promise<T>,
): Promise<T> {
  makeTemporaryFolder(temporaryFolder)
  const root = await realpath(await mkdtemp(path.join(temporaryFolder, `${RENDER_PREFIX}checkout-`)))
  try {
    await write(checkout, root)
    checkout.clear()
    onWritten()
    return await use(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Files and folders written at once: as many as keep the four threads of Node's file system busy. */
const WRITERS = 16

/** Each folder is made once, its parents before it. Nothing of a checkout lies behind a link, so the order of files does not matter. */
async function write(checkout: Checkout, root: string): Promise<void> {
  for (const folders of checkout.folders) await manyAtOnce(folders, (folder) => mkdir(path.join(root, folder)))
  await manyAtOnce(checkout.entries, ([name, entry]) => {
    const file = path.join(root, name)
    return entry.kind === 'file' ? writeFile(file, entry.bytes) : symlink(entry.target, file)
  })
}

async function manyAtOnce<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value)
  }
  // All have ended before the folder is removed, also when one of them fails.
  const ended = await Promise.allSettled(Array.from({ length: WRITERS }, worker))
  const failed = ended.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
