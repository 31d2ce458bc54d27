import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type Budget, type Surroundings, type TemplateEngine, TemplateError } from '../../templates/engine.ts'
import { catalogue } from '../../templates/functions/catalogue.ts'
import { goTemplateEngine } from '../../templates/go-template/go-template-engine.ts'
import { handlebarsEngine } from '../../templates/handlebars/handlebars-engine.ts'
import { Dice, seedOf } from './dice.ts'

export type Language = 'go' | 'handlebars'

export const engines: Readonly<Record<Language, TemplateEngine>> = { go: goTemplateEngine, handlebars: handlebarsEngine }

/** Part of every text of the data and of nothing else, so that a message that holds it holds a value. */
const CANARY = 'canary'
/** The number of the data. */
const NUMBER = '7301994'
const VALUE = new RegExp(`${CANARY}|${NUMBER}`, 'i')

export const trialData: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries({
    user: `ann ${CANARY}`,
    password: `${CANARY}-7f3a-%s-{{.user}}`,
    list: `["${CANARY}",2,[3],{"a":null}]`,
    doc: `{"a":{"b":"${CANARY}"},"__proto__":{"polluted":"${CANARY}"},"constructor":"${CANARY}"}`,
    pem: `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n`,
    n: NUMBER,
    empty: '',
  })
    .map(([name, text]): [string, Uint8Array] => [name, new TextEncoder().encode(text)])
    .concat([['bytes', Uint8Array.of(0xff, 0xfe, 0x00, 0xc3)]]),
)

/** What one render may cost in a trial: a tenth and less of what the program allows. */
export interface Limits {
  readonly steps: number
  readonly depth: number
  readonly outputBytes: number
}

export const trialLimits: Limits = { steps: 50_000, depth: 60, outputBytes: 50_000 }

/** The bytes as Latin-1 text, or the error. */
export type Outcome = string | TemplateError

/** Renders; what is thrown and is no TemplateError is thrown on. */
export function outcomeOf(language: Language, template: string, limits: Limits = trialLimits): Outcome {
  try {
    const { bytes } = engines[language].compile(template).render(trialData, budgetOf(limits), surroundings())
    return Buffer.from(bytes).toString('latin1')
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown
    throw thrown
  }
}

/** A clock that goes on by 10 microseconds with each look, so that time ends a render at the same place on every machine. */
function budgetOf(limits: Limits): Budget {
  let looks = 0
  return { ...limits, wallTimeMs: 1_000, heavyCalls: 4, now: () => (looks += 1) / 100 }
}

function surroundings(): Surroundings {
  const streams = new Map<string, Dice>()
  return {
    random(position) {
      const dice = streams.get(position) ?? new Dice(seedOf(position))
      streams.set(position, dice)
      return { bytes: (count) => dice.bytes(count) }
    },
    now: () => Date.UTC(2024, 1, 29, 12),
    localZone: 'UTC',
  }
}

/** Throws AssertionError when a template does what no template may. Gives a line that two trials of the same template share. */
export function tryTemplate(language: Language, template: string): string {
  const outcome = outcomeOf(language, template)
  assertHarmless(outcome)
  assertHoldsSmallerBudgets(language, template, outcome)
  return isRepeatable(template) ? lineOf(outcome) : 'differs each time'
}

export function assertHarmless(outcome: Outcome): void {
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  if (typeof outcome === 'string') {
    assert.ok(outcome.length <= trialLimits.outputBytes, 'the result is larger than its budget')
    assert.doesNotMatch(outcome, /native code|\[object |function\s*\(/)
    return
  }
  const { safe, message, redacted, prefix = '', remedy = '' } = outcome
  for (const shown of [safe ? message : '', redacted, prefix, remedy]) assert.doesNotMatch(shown, VALUE)
}

/** With less to spend a template gives the same, or says that its budget is used up: nothing on the way takes that for a result. */
function assertHoldsSmallerBudgets(language: Language, template: string, whole: Outcome): void {
  const dice = new Dice(seedOf(template))
  if (!dice.chance(25) || !isRepeatable(template)) return
  const { steps, depth, outputBytes } = trialLimits
  const part = 4 ** (1 + dice.below(7))
  const smaller = { steps: steps / part, depth: Math.ceil(depth / part), outputBytes: outputBytes / part }
  const outcome = outcomeOf(language, template, smaller)
  assertHarmless(outcome)
  if (typeof outcome === 'string') assert.ok(outcome.length <= smaller.outputBytes, 'the result is larger than its budget')
  const endedByBudget =
    outcome instanceof TemplateError && /^the template (takes|gives|makes|nests|generates)/.test(outcome.message)
  if (!endedByBudget) assert.equal(lineOf(outcome), lineOf(whole))
}

const UNSTABLE = [...catalogue.values()].filter(({ random }) => random === 'unstable').map(({ name }) => name)

function isRepeatable(template: string): boolean {
  return !UNSTABLE.some((name) => template.includes(name))
}

function lineOf(outcome: Outcome): string {
  const told =
    typeof outcome === 'string' ? ['text', outcome] : ['error', outcome.line, outcome.column, outcome.prefix, outcome.message]
  return createHash('sha256').update(JSON.stringify(told)).digest('hex')
}
