#!/usr/bin/env node
import process from 'node:process'
import { processEnvironment } from '../config/environment.ts'
import { systemClock } from '../model/clock.ts'
import { runClientCommand } from './run-client-command.ts'

// The entry of `dist/client.js`.
await runClientCommand(process.argv.slice(2), {
  environment: processEnvironment(),
  directory: process.cwd(),
  clock: systemClock,
})
// All that was to be printed is printed, by calls that wait. To let Node find out by itself that nothing is left costs some milliseconds of every render.
process.exit()
