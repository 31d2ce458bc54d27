// Says what to do when npm scripts do not run on the pinned Node (the bare failure would be ERR_UNKNOWN_FILE_EXTENSION), and when a dependency was
// added since the last installation. Plain JavaScript without imports of ours, so that any Node runs it.
import { existsSync, readFileSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `argocd-external-secrets needs Node 22.19 or newer, this is ${process.versions.node}.\n` +
      'The npm scripts bring their own Node 24: run `npm ci` without --ignore-scripts, then use `npm run …`.\n',
  )
  process.exit(2)
}

const root = new URL('../', import.meta.url)
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
  (name) => !existsSync(new URL(`node_modules/${name}`, root)),
)

if (missing.length > 0) {
  process.stderr.write(`Not installed: ${missing.join(', ')}. Run \`npm ci\` (or \`npm install\`, which keeps what is there).\n`)
  process.exit(2)
}
