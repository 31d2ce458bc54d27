// Says what to do when npm scripts do not run on the pinned Node: the bare failure would be ERR_UNKNOWN_FILE_EXTENSION.
// Plain JavaScript without imports of ours, so that any Node runs it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `argocd-external-secrets needs Node 22.19 or newer, this is ${process.versions.node}.\n` +
      'The npm scripts bring their own Node 24: run `npm ci` without --ignore-scripts, then use `npm run …`.\n',
  )
  process.exit(2)
}
