import { type Budget, TemplateError } from '../../../../templates/engine.ts'
import { goTemplateEngine } from '../../../../templates/go-template/go-template-engine.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'

type Texts = Readonly<Record<string, string>>

/** Renders a template named `key` with texts as data, the way the program does. */
export function renderGo(template: string, data: Texts = {}, budget: Budget = roomyBudget): string {
  const bytes = new Map(Object.entries(data).map(([name, text]) => [name, new TextEncoder().encode(text)]))
  return new TextDecoder().decode(goTemplateEngine.compile(template, 'key').render(bytes, budget, roomySurroundings).bytes)
}

/** The TemplateError of a template that must not render. */
export function goFailureOf(template: string, data: Texts = {}, budget: Budget = roomyBudget): TemplateError {
  try {
    renderGo(template, data, budget)
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown
    throw thrown
  }
  throw new Error(`rendered: ${template}`)
}
