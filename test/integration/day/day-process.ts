import { simulateDay } from './simulate-day.ts'

/** `day-process.ts SEED [HOURS [OBJECTS [KEYS]]]` prints the report of a day. */
const [seed = '', hours = '24', objects = '1000', keys = '300'] = process.argv.slice(2)
const report = await simulateDay({ seed, hours: Number(hours), objects: Number(objects), keys: Number(keys) })
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
