import process from 'node:process'
import packageFile from '../../../package.json' with { type: 'json' }
import type { Command } from '../command.ts'
import { writeOutput } from '../write-output.ts'

export const version: Command = {
  name: 'version',
  summary: 'print the version',
  usage: 'version',
  description: 'Prints the version of this program and of the Node it runs on.',
  options: [],
  examples: [['argocd-external-secrets version', 'which version is this?']],
  maxArguments: 0,
  async run() {
    await writeOutput(`argocd-external-secrets ${packageFile.version} (node ${process.version})\n`)
    return 0
  },
}
