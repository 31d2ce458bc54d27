import { readFile, rm } from 'node:fs/promises'
import nodePath from 'node:path'
import { build, type Plugin } from 'esbuild'

/** CommonJS inside an ES module needs these three; their names must not meet one that the minifier chooses. */
const BANNER = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)",
  "const __filename = process.getBuiltinModule('node:url').fileURLToPath(import.meta.url)",
  "const __dirname = process.getBuiltinModule('node:path').dirname(__filename)",
].join(';')

/** The client has no CommonJS inside; only its imports of Node's modules are calls of this. */
const CLIENT_BANNER = 'const require = process.getBuiltinModule'

const BUILTIN_IMPORT = /^import (?!type\b)(\w+|\{[^}]*\}) from ('node:[\w/]+')$/gm

/**
 * Our own imports of Node's modules as `require`: to make the ES face of one, Node reads every export, and those of `node:http` load all of
 * undici, which costs a cold start 25 ms; with `node:process`, `node:util` and `node:fs` it is 35 ms.
 */
const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/](plugin|templates)[\\/].*\.ts$/, namespace: 'file' }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return {
        loader: 'ts',
        contents: source.replaceAll(
          BUILTIN_IMPORT,
          (_, names: string, from: string) => `const ${patternOf(names)} = require(${from})`,
        ),
      }
    })
  },
}

/** `{ a, b as c, type T }` of an import as the pattern of a constant: `{ a, b: c }`. */
function patternOf(names: string): string {
  return names.replaceAll(/\btype \w+,?/g, '').replaceAll(' as ', ': ')
}

/**
 * Parts of SDKs that are loaded but never called here, by package and importer. node-vault is given our own transport instead of axios; the client
 * of Secret Manager speaks REST, and its gRPC half is most of its size; the clients of AWS send through our own transport, theirs would load HTTP/2. Called all the same they would fail loudly.
 */
const LEFT_OUT: Readonly<Record<string, { readonly importer: RegExp; readonly contents: string }>> = {
  '@smithy/node-http-handler': {
    importer: /[\\/]@aws-sdk[\\/]client-(secrets-manager|ssm)[\\/]/,
    contents: 'exports.NodeHttpHandler = { create: (handler) => handler }',
  },
  axios: { importer: /[\\/]node-vault[\\/]/, contents: 'module.exports = {}' },
  'google-gax': {
    importer: /[\\/]@google-cloud[\\/]secret-manager[\\/]/,
    contents: `
      exports.fallback = require('google-gax/fallback')
      exports.loggingUtils = { log: () => () => {} }
      exports.decodeAnyProtosInArray = (details) => details`,
  },
}

const leaveOut: Plugin = {
  name: 'leave-out',
  setup(bundler) {
    bundler.onResolve({ filter: /^(axios|google-gax|@smithy\/node-http-handler)$/ }, ({ path, importer, resolveDir }) =>
      LEFT_OUT[path]?.importer.test(importer) ? { path, namespace: 'left-out', pluginData: resolveDir } : undefined,
    )
    bundler.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path, pluginData }) => ({
      contents: LEFT_OUT[path]?.contents ?? '',
      resolveDir: String(pluginData),
    }))
  },
}

/** What has been loaded by the time that anything else is, and what every provider needs beside it. */
const ALWAYS = ['plugin/cli/run-command-line.ts', 'plugin/json/gjson.ts', 'plugin/json/secret-map.ts']
const WITH_PROVIDER = ['call-runner', 'config-facts', 'http-client', 'login-cache', 'opaque-version'].map(
  (name) => `plugin/providers/${name}.ts`,
)

/**
 * The bundler makes a chunk of every set of lazy modules that share something: dozens of files, each of which costs a start half a millisecond.
 * So every lazy module says that it needs what is there by then in any case, and that becomes one chunk. The client's way, which starts without,
 * is left alone.
 */
const fewChunks: Plugin = {
  name: 'few-chunks',
  setup(bundler) {
    bundler.onResolve({ filter: /\.ts$/ }, ({ kind, path, importer, resolveDir }) =>
      kind === 'dynamic-import' && !importer.endsWith('main.ts')
        ? { path: nodePath.join(resolveDir, path), namespace: 'lazy' }
        : undefined,
    )
    bundler.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => {
      const before = [...ALWAYS, ...(/[\\/]providers[\\/]/.test(path) ? WITH_PROVIDER : [])].map((name) => nodePath.resolve(name))
      const lines = [...before.map((name) => `import ${JSON.stringify(name)}`), `export * from ${JSON.stringify(path)}`]
      return { contents: lines.join('\n'), resolveDir: nodePath.dirname(path) }
    })
  },
}

/** Bundles `entries` into `directory` as ES modules for Node, split so that what is imported lazily is a chunk of its own. */
export async function bundle(entries: readonly string[], directory: string, plugins: readonly Plugin[] = []): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await build({
    entryPoints: [...entries],
    outdir: directory,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    banner: { js: BANNER },
    plugins: [...plugins],
    legalComments: 'linked',
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  })
}

/** The program, the entries of its threads and its thin client, into `directory`. */
export async function bundleProgram(directory: string): Promise<void> {
  const entries = ['main', 'cli/template-worker', 'cli/reading-worker'].map((name) => `plugin/${name}.ts`)
  await bundle(entries, directory, [plainBuiltins, leaveOut, fewChunks])
  await bundleClient(directory)
}

/** The thin client (`plugin/client`): one file beside the program that imports nothing but modules of Node. */
export async function bundleClient(directory: string): Promise<void> {
  await build({
    entryPoints: ['plugin/client/client.ts'],
    outfile: `${directory}/client.js`,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    banner: { js: CLIENT_BANNER },
    plugins: [plainBuiltins],
    legalComments: 'none',
    logLevel: 'warning',
  })
}

if (import.meta.main) await bundleProgram('dist')
