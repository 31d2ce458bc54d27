#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import process from 'node:process'
import { renderMode } from './argocd/render-request.ts'
import { processEnvironment } from './config/environment.ts'

// Before anything large is loaded: the second start reads compiled code instead of compiling an SDK again.
enableCompileCache()
const words = process.argv.slice(2)
const environment = processEnvironment()
const asksForHelp = words.some((word) => word === '--help' || word === '-h')
if (words[0] === 'generate' && renderMode(environment) === 'argocd' && !asksForHelp) {
  // R1: Argo CD is asking. The daemon renders under its policy; this process opens no store, with or without one.
  const { runClientCommand } = await import('./client/run-client-command.ts')
  const { systemClock } = await import('./model/clock.ts')
  await runClientCommand(words, { environment, directory: process.cwd(), clock: systemClock })
} else {
  const { runCommandLine } = await import('./cli/run-command-line.ts')
  // At once: taking the heap and the connections apart takes a tenth of a cold start, and nothing is left to be written.
  process.exit(await runCommandLine(words))
}
