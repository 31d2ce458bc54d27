import type { TemplateFunction } from './template-function.ts'

/** The function of sprig's that fails where `fn` goes on or panics: `mustFirst` of `first`. */
export function mustTwin(fn: TemplateFunction): TemplateFunction {
  const { goOnError: _, ...rest } = fn
  const name = `must${fn.name.charAt(0).toUpperCase()}${fn.name.slice(1)}`
  const { go, handlebars, gives } = fn.example
  const called = (template: string) => template.replaceAll(new RegExp(`\\b${fn.name}\\b`, 'g'), name)
  return {
    ...rest,
    name,
    example: { go: called(go), gives, ...(handlebars === undefined ? {} : { handlebars: called(handlebars) }) },
  }
}

/** The function and its must twin, which does the same: sprig's plain one panics with the same text. */
export function withMustTwin(fn: TemplateFunction): readonly TemplateFunction[] {
  return [fn, mustTwin(fn)]
}
