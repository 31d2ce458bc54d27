import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'

/** Secrets mounted by the administrator: `<dir>/<namespace>/<name>/<key>` (R4). */
export interface CredentialsFolder {
  /** As it was given, for messages. */
  readonly directory: string
  /** `undefined` when there is no such file. Throws SecretError AccessDenied when there may be one that cannot be read. */
  read(namespace: string, name: string, key: string): Promise<SecretValue | undefined>
  /** All of one Secret by its keys, `undefined` when there is no such folder. Throws as {@link CredentialsFolder.read}. */
  readAll(namespace: string, name: string): Promise<ReadonlyMap<string, SecretValue> | undefined>
}

/** Kubernetes' own limit for a Secret. */
const MAX_FILE_BYTES = 1024 * 1024
/** Codes of realpath(3) that say that there is no such file. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR'])
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const KEY = /^[-._a-zA-Z0-9]{1,253}$/

/** Names are checked before they become a path, and the file they lead to must lie inside `directory`, symbolic links followed. */
export function openCredentialsFolder(directory: string): CredentialsFolder {
  async function read(namespace: string, name: string, key: string): Promise<SecretValue | undefined> {
    if (!DNS_LABEL.test(namespace) || !DNS_SUBDOMAIN.test(name) || !KEY.test(key) || key === '.' || key === '..') return undefined
    const root = await existing(directory)
    const file = await existing(path.join(directory, namespace, name, key))
    if (!root || !file?.startsWith(root + path.sep)) return undefined
    const facts = await stat(file)
    if (!facts.isFile() || facts.size > MAX_FILE_BYTES) return undefined
    return new SecretValue(await readFile(file).catch(unreadable(file)))
  }

  async function readAll(namespace: string, name: string): Promise<ReadonlyMap<string, SecretValue> | undefined> {
    if (!DNS_LABEL.test(namespace) || !DNS_SUBDOMAIN.test(name)) return undefined
    const folder = await existing(path.join(directory, namespace, name))
    if (folder === undefined || !(await stat(folder)).isDirectory()) return undefined
    // A mounted Secret has links beside its keys, which begin as no key may: with two dots.
    const keys = (await readdir(folder).catch(unreadable(folder))).filter((key) => !key.startsWith('..')).toSorted()
    const values = await Promise.all(keys.map(async (key) => [key, await read(namespace, name, key)] as const))
    return new Map(values.flatMap(([key, value]) => (value ? [[key, value] as const] : [])))
  }

  return { directory, read, readAll }
}

async function existing(file: string): Promise<string | undefined> {
  try {
    return await realpath(file)
  } catch (thrown) {
    if (ABSENT.has(codeOf(thrown))) return undefined
    return unreadable(file)(thrown)
  }
}

function unreadable(file: string): (thrown: unknown) => never {
  return (thrown) => {
    throw new SecretError('AccessDenied', `the credential ${quoteName(file)} cannot be read (${codeOf(thrown)})`, {
      remedy: 'let this process read the folder of --credentials and what is below it',
    })
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
}
