import { bytesOf, byteText, byteTextOf } from '../byte-text.ts'
import { type CompiledTemplate, type Rendered, type TemplateEngine, TemplateError } from '../engine.ts'
import { Meter } from '../meter.ts'
import { mapOfAny } from '../value.ts'
import { dataReads } from './data-reads.ts'
import { withPlace } from './evaluate.ts'
import { functions } from './own-functions.ts'
import { parse } from './parse.ts'
import { Renderer } from './render.ts'
import { rootScope } from './scope.ts'
import { translate } from './translate.ts'
import type { Node } from './tree.ts'

const START = { line: 1, column: 1 }

/** Handlebars: parsed by the package handlebars, walked by an evaluator of ours. Importing this file loads the parser. */
export const handlebarsEngine: TemplateEngine = {
  compile(text) {
    const nodes = withStackError(() => translate(parse(text), functions))
    return { render: (...call) => render(nodes, ...call), reads: () => dataReads(nodes) }
  },
}

function render(nodes: readonly Node[], ...[data, budget, surroundings]: Parameters<CompiledTemplate['render']>): Rendered {
  const texts = mapOfAny(Array.from(data, ([name, value]) => [byteTextOf(name), byteText(value)]))
  /** In the order of their bytes, so that loops do not depend on where the values came from. */
  const scope = rootScope(mapOfAny(texts.entries()))
  const evaluation = { meter: new Meter(budget), surroundings, functions, usesData: false }
  const renderer = new Renderer(evaluation)
  withStackError(() => withPlace(START, () => renderer.render(nodes, scope)))
  return { bytes: bytesOf(renderer.result()), usesData: evaluation.usesData }
}

/** Depth is bounded; should the stack be smaller than that all the same, it is an error of the template and not a crash. */
function withStackError<T>(step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new TemplateError('the template nests too deeply', { ...START, safe: true })
    throw thrown
  }
}
