import { type ByteText, textOf } from '../byte-text.ts'
import { explainMissingName } from '../explain-name.ts'
import { int } from '../go-number.ts'
import { type GoMap, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import { kindOf } from './describe-value.ts'
import type { Path } from './tree.ts'

export type Names = ReadonlyMap<ByteText, TemplateValue>

/** What names mean at one place of a template. */
export interface Scope {
  /** `this`. */
  readonly value: TemplateValue
  /** Where `../` leads. */
  readonly parent: Scope | undefined
  /** The variables of the innermost loop: `@index`, `@key`, `@first`, `@last`. */
  readonly loop: Loop | undefined
  /** Block parameters, the innermost of equal names. */
  readonly params: Names
  readonly root: GoMap
}

export interface Loop {
  readonly variables: Names
  readonly outer: Loop | undefined
}

/** What a path leads to, or why it leads nowhere. */
export type Resolved = { readonly value: TemplateValue } | { readonly missing: string }

export function rootScope(data: GoMap): Scope {
  return { value: data, parent: undefined, loop: undefined, params: new Map(), root: data }
}

/** The scope of a block's body. As in Handlebars, `../` only counts blocks that change what `this` is. */
export function innerScope(scope: Scope, value: TemplateValue, params: Names, variables?: Names): Scope {
  return {
    value,
    parent: value === scope.value ? scope.parent : scope,
    loop: variables ? { variables, outer: scope.loop } : scope.loop,
    params: params.size > 0 ? new Map([...scope.params, ...params]) : scope.params,
    root: scope.root,
  }
}

export function resolve(path: Path, scope: Scope): Resolved {
  const [first, ...rest] = path.parts
  if (path.isData) return resolveVariable(path, scope)
  if (first !== undefined && path.up === 0 && !path.isScoped && scope.params.has(first)) {
    return follow(scope.params.get(first), rest, scope.root)
  }
  let at: Scope | undefined = scope
  for (let up = path.up; up > 0; up--) at = at?.parent
  return at ? follow(at.value, path.parts, scope.root) : { missing: `there is nothing ${path.up} levels up (../)` }
}

function resolveVariable({ parts, up }: Path, scope: Scope): Resolved {
  const [first = '', ...rest] = parts
  if (first === 'root') return follow(scope.root, rest, scope.root)
  let { loop } = scope
  for (let level = up; level > 0; level--) loop = loop?.outer
  if (loop?.variables.has(first)) return follow(loop.variables.get(first), rest, scope.root)
  return {
    missing: explainMissingName(`@${textOf(first)}`, [
      '@root',
      ...Array.from(loop?.variables.keys() ?? [], (name) => `@${name}`),
    ]),
  }
}

function follow(start: TemplateValue, parts: readonly ByteText[], root: GoMap): Resolved {
  let value = start
  for (const part of parts) {
    const found = member(value, part, textOf(part), root)
    if ('missing' in found) return found
    value = found.value
  }
  return { value }
}

/**
 * The member `key` of an object, the field of a certificate, or the item of a list; `shown` is the key for the message, undefined when it may
 * hold data. Only the names of the data itself are told: those of other objects may be values (`dict password 1`, `fromJson password`).
 */
export function member(container: TemplateValue, key: ByteText, shown: string | undefined, root: GoMap): Resolved {
  if (isMap(container)) {
    if (container.has(key)) return { value: container.get(key) }
    return { missing: explainMissingName(shown, container === root ? container.keys().map(textOf) : undefined) }
  }
  if (isList(container)) {
    if (key === 'length') return { value: int(container.items.length) }
    const index = /^\d{1,9}$/.test(key) ? Number(key) : container.items.length
    return index < container.items.length ? { value: container.items[index] } : { missing: 'the list has no such item' }
  }
  if (isObject(container)) {
    const fields = container.fields()
    return fields.has(key) ? { value: fields.get(key) } : { missing: explainMissingName(shown, [...fields.keys()].map(textOf)) }
  }
  const hint = typeof container === 'string' ? '; fromJson makes an object of a JSON text' : ''
  return { missing: `${shown === undefined ? 'a name' : JSON.stringify(shown)} is asked of ${kindOf(container)}${hint}` }
}
