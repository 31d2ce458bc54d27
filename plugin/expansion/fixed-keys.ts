import { parseKeysAndValues } from '../../templates/scopes/parse-keys-and-values.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'

const ACTION = /\{\{[\s\S]*?\}\}/g
/** Of either language: what decides whether other text is there, or how often. */
const CONTROL = /^\{\{[-~]?\s*(?:[#/^]|(?:if|else|end|range|with|define|block|template|break|continue)\b)/

/**
 * The keys that a template of keys and values has whatever its data are; undefined when they may depend on the data. Nothing that is written
 * decides about other text then, and actions stand for values only.
 */
export function fixedKeys(template: string): ReadonlySet<string> | undefined {
  if ((template.match(ACTION) ?? []).some((action) => CONTROL.test(action))) return undefined
  const [one, other] = ['x', 'y'].map((value) => keysOf(template.replaceAll(ACTION, value)))
  return one && other && one.size === other.size && [...one].every((key) => other.has(key)) ? one : undefined
}

function keysOf(text: string): ReadonlySet<string> | undefined {
  try {
    return new Set(parseKeysAndValues(new TextEncoder().encode(text)).keys())
  } catch (thrown) {
    if (thrown instanceof ScopeError) return undefined
    throw thrown
  }
}
