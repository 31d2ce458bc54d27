import type { Budget, Surroundings, TemplateEngine } from '../../templates/engine.ts'
import type { TemplateEngineName } from '../api/annotations.ts'
import { systemClock } from '../model/clock.ts'
import { systemRandom } from '../model/random.ts'

const engines: Readonly<Record<TemplateEngineName, () => Promise<TemplateEngine>>> = {
  v2: async () => (await import('../../templates/go-template/go-template-engine.ts')).goTemplateEngine,
  handlebars: async () => (await import('../../templates/handlebars/handlebars-engine.ts')).handlebarsEngine,
}

/** Loaded when somebody asks for it: the package handlebars alone takes longer than a render. */
export function templateEngine(name: TemplateEngineName): Promise<TemplateEngine> {
  return engines[name]()
}

/** What one template may cost on the command line (docs/templates.md). */
export const templateBudget: Budget = {
  steps: 1_000_000,
  depth: 100,
  outputBytes: 1024 * 1024,
  wallTimeMs: 1_000,
  heavyCalls: 8,
  now: () => systemClock.now(),
}

/** The system's clock and randomness; no zone but UTC, so that a template gives the same everywhere. */
export const templateSurroundings: Surroundings = {
  random: () => systemRandom,
  now: () => systemClock.now(),
  localZone: 'UTC',
}
