import { type Budget, TemplateError } from '../../../templates/engine.ts'
import { handlebarsEngine } from '../../../templates/handlebars/handlebars-engine.ts'
import { roomyBudget, roomySurroundings } from './render-data.ts'

/** Renders with texts as data, the way the program does. */
export function renderText(template: string, data: Readonly<Record<string, string>> = {}, budget: Budget = roomyBudget): string {
  const bytes = new Map(Object.entries(data).map(([name, text]) => [name, new TextEncoder().encode(text)]))
  return new TextDecoder().decode(handlebarsEngine.compile(template).render(bytes, budget, roomySurroundings).bytes)
}

/** The TemplateError of a template that must not render. */
export function failureOf(
  template: string,
  data: Readonly<Record<string, string>> = {},
  budget: Budget = roomyBudget,
): TemplateError {
  try {
    renderText(template, data, budget)
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown
    throw thrown
  }
  throw new Error(`rendered: ${template}`)
}
