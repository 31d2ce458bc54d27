import { createHash } from 'node:crypto'
import type { CompiledTemplate, TemplateEngine } from './engine.ts'

/** Compiled templates that are kept; the one that was not asked for longest goes first. */
const MOST_TEMPLATES = 1_000

/** Compiles each text once under each name, for all who ask. Failures are not kept. */
export function cachedEngine(engine: TemplateEngine, most = MOST_TEMPLATES): TemplateEngine {
  const compiled = new Map<string, CompiledTemplate>()
  return {
    compile(text, name) {
      const key = createHash('sha256')
        .update(JSON.stringify([name, text]))
        .digest('base64')
      const template = compiled.get(key) ?? engine.compile(text, name)
      compiled.delete(key)
      compiled.set(key, template)
      if (compiled.size > most) for (const oldest of compiled.keys().take(1)) compiled.delete(oldest)
      return template
    },
  }
}
