import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeTemporaryFolder } from './own-folder.ts'
import type { SourceTools } from './source-tools.ts'

/** A folder for one run of the tools, with all that they may write, and the environment that keeps them there. */
export interface ToolHome {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>> & { readonly PATH: string }
  /** Puts a program before those of the administrator's `PATH`. */
  addProgram(name: string, script: string): void
  /** A file of this run; its path. */
  addFile(name: string, content: string): string
}

/** Of what a killed render leaves and a later one takes away. */
export const RENDER_PREFIX = 'source-'
/** No render lasts a tenth of it (option timeout). */
const ABANDONED_AFTER_MS = 900_000

/** Waits for a slot, gives `use` a new home (mode 0700), and takes both away afterwards, whatever happens. */
export async function withToolHome<T>(tools: SourceTools, use: (home: ToolHome) => Promise<T>): Promise<T> {
  const release = await tools.slots?.take(() => tools.remainingMs())
  let folder: string | undefined
  try {
    removeAbandoned(tools)
    folder = mkdtempSync(path.join(tools.temporaryFolder, RENDER_PREFIX))
    return await use(toolHome(folder, tools))
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    release?.()
  }
}

/** A process that was killed took nothing away: who comes later does. Throws SecretError Unavailable for a folder that is not this user's alone. */
function removeAbandoned({ temporaryFolder, clock }: SourceTools): void {
  makeTemporaryFolder(temporaryFolder)
  for (const name of readdirSync(temporaryFolder)) {
    const folder = path.join(temporaryFolder, name)
    const facts = name.startsWith(RENDER_PREFIX) ? statSync(folder, { throwIfNoEntry: false }) : undefined
    if (facts && clock.now() - facts.mtimeMs > ABANDONED_AFTER_MS) rmSync(folder, { recursive: true, force: true })
  }
}

function toolHome(folder: string, { path: searchPath, proxies }: SourceTools): ToolHome {
  const below = (name: string): string => {
    const made = path.join(folder, name)
    mkdirSync(made, { mode: 0o700 })
    return made
  }
  const programs = below('bin')
  const home = below('home')
  const helm = below('helm')
  return {
    folder,
    environment: {
      ...proxies,
      PATH: `${programs}:${searchPath}`,
      HOME: home,
      TMPDIR: below('tmp'),
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_DATA_HOME: home,
      ...helmEnvironment(helm, below('no-plugins')),
      ...gitEnvironment(below('no-templates')),
    },
    addProgram(name, script) {
      writeFileSync(path.join(programs, name), script)
      chmodSync(path.join(programs, name), 0o700)
    },
    addFile(name, content) {
      const file = path.join(folder, name)
      writeFileSync(file, content, { mode: 0o600 })
      return file
    },
  }
}

/** Helm loads every plugin that it finds and asks a cluster where it is told one (helm.sh/docs/helm/helm, environment variables): here are none. */
function helmEnvironment(helm: string, noPlugins: string): Readonly<Record<string, string>> {
  return {
    HELM_CACHE_HOME: path.join(helm, 'cache'),
    HELM_CONFIG_HOME: path.join(helm, 'config'),
    HELM_DATA_HOME: path.join(helm, 'data'),
    HELM_PLUGINS: noPlugins,
    HELM_NO_PLUGINS: '1',
    KUBECONFIG: '/dev/null',
  }
}

/** Git reaches other hosts by https alone: `ext::` would run a command, `file:` read another tenant's checkout (git-scm.com/docs/git, GIT_ALLOW_PROTOCOL). */
function gitEnvironment(noTemplates: string): Readonly<Record<string, string>> {
  return {
    GIT_ALLOW_PROTOCOL: 'https',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_TEMPLATE_DIR: noTemplates,
  }
}
