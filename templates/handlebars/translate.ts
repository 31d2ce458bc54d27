import { type ByteText, byteTextOf } from '../byte-text.ts'
import { TemplateError } from '../engine.ts'
import { explainUnknownName } from '../explain-name.ts'
import type { TemplateFunction } from '../functions/template-function.ts'
import { float64, int } from '../go-number.ts'
import type { TemplateValue } from '../value.ts'
import { type RawNode, rawNode, rawNodes } from './raw-node.ts'
import type { Block, BlockKind, Expression, Node, Path, Place } from './tree.ts'

type Functions = ReadonlyMap<string, TemplateFunction>

const BLOCKS: ReadonlySet<string> = new Set<BlockKind>(['if', 'unless', 'each', 'with', 'raw'])

/**
 * Our own tree of what the parser gave: every part is looked at, so that nothing unexpected reaches the evaluator.
 * Throws TemplateError for what this engine does not have: partials, decorators, functions that are not in the catalogue.
 */
export function translate(tree: unknown, functions: Functions): readonly Node[] {
  return translateBody(rawNode(tree), functions)
}

function translateBody(program: RawNode, functions: Functions): readonly Node[] {
  return rawNodes(program, 'body').flatMap((statement) => translateStatement(statement, functions))
}

function translateStatement(statement: RawNode, functions: Functions): readonly Node[] {
  switch (statement.type) {
    case 'ContentStatement':
      return statement.fields.value === '' ? [] : [{ kind: 'text', text: textField(statement, 'value') }]
    case 'CommentStatement':
      return []
    case 'MustacheStatement':
      return [{ kind: 'output', expression: translateCallOrName(statement, functions), place: statement.place }]
    case 'BlockStatement':
      return [translateBlock(statement, functions)]
    case 'PartialStatement':
    case 'PartialBlockStatement':
      throw failure(statement.place, 'partials ({{> name}}) are not available')
    case 'Decorator':
    case 'DecoratorBlock':
      throw failure(statement.place, 'decorators ({{* name}}) are not available')
    default:
      throw failure(statement.place, 'this is not a template')
  }
}

/** `{{name}}`, or `{{function argument…}}`. Without arguments a name is data first (see README.md). */
function translateCallOrName(node: RawNode, functions: Functions): Expression {
  const path = translateHead(node)
  if (rawNodes(node, 'params').length === 0 && !node.fields.hash) return path
  return translateCall(node, functions)
}

/** What stands first: `{{"a name"}}` and `{{5}}` are names too, as in Handlebars. */
function translateHead(node: RawNode): Path {
  const head = rawNode(node.fields.path)
  if (head.type === 'PathExpression') return translatePath(head)
  const part = byteTextOf(scalarField(head, 'original'))
  return { kind: 'path', isData: false, up: 0, isScoped: true, parts: [part], place: head.place }
}

function translateCall(node: RawNode, functions: Functions): Expression {
  const head = rawNode(node.fields.path)
  const name = simpleName(head)
  if (name === undefined) throw failure(head.place, 'only functions take arguments, and their names have no dots')
  if (name === 'lookup') return translateLookup(node, functions)
  if (BLOCKS.has(name)) throw failure(head.place, `${name} is a block: {{#${name} …}}{{/${name}}}`, name)
  const fn = functions.get(name)
  if (!fn) throw failure(head.place, explainUnknownName(name, [...functions.keys(), 'lookup']), name)
  return { kind: 'call', fn, args: translateArguments(node, fn, functions), place: node.place }
}

function translateLookup(node: RawNode, functions: Functions): Expression {
  const [object, key, ...more] = rawNodes(node, 'params')
  if (!object || !key || more.length > 0 || node.fields.hash) {
    throw failure(node.place, 'lookup wants an object or list and a key', 'lookup')
  }
  return {
    kind: 'lookup',
    object: translateExpression(object, functions),
    key: translateExpression(key, functions),
    place: node.place,
  }
}

/** Arguments by position, then named ones, which fill the parameters that are left. */
function translateArguments(node: RawNode, fn: TemplateFunction, functions: Functions): readonly Expression[] {
  const args = rawNodes(node, 'params').map((param) => translateExpression(param, functions))
  const named = namedArguments(node, functions)
  if (named.size === 0) return args
  for (const { name } of fn.parameters.slice(args.length)) {
    const value = named.get(name)
    if (!value) break
    args.push(value)
    named.delete(name)
  }
  const [wrong] = named.keys()
  if (wrong !== undefined) {
    const known = fn.parameters.map((parameter) => parameter.name).join(', ')
    throw failure(node.place, `${fn.name} has no place for an argument named ${wrong}; its parameters are: ${known}`, fn.name)
  }
  return args
}

function namedArguments(node: RawNode, functions: Functions): Map<string, Expression> {
  if (!node.fields.hash) return new Map()
  const pairs = rawNodes(rawNode(node.fields.hash), 'pairs')
  return new Map(pairs.map((pair) => [String(pair.fields.key), translateExpression(rawNode(pair.fields.value), functions)]))
}

function translateExpression(node: RawNode, functions: Functions): Expression {
  switch (node.type) {
    case 'PathExpression':
      return translatePath(node)
    case 'SubExpression':
      return translateCall(node, functions)
    case 'StringLiteral':
      return { kind: 'literal', value: textField(node, 'value') }
    case 'NumberLiteral':
      return { kind: 'literal', value: numberLiteral(Number(node.fields.value)) }
    case 'BooleanLiteral':
      return { kind: 'literal', value: node.fields.value === true }
    case 'NullLiteral':
    case 'UndefinedLiteral':
      return { kind: 'literal', value: undefined }
    default:
      throw failure(node.place, 'this is not an expression')
  }
}

function numberLiteral(value: number): TemplateValue {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? int(value) : float64(value)
}

function translatePath(node: RawNode): Path {
  const parts = Array.isArray(node.fields.parts) ? node.fields.parts : []
  const original = scalarField(node, 'original')
  return {
    kind: 'path',
    isData: node.fields.data === true,
    up: Number(node.fields.depth ?? 0),
    isScoped: /^(?:\.|this\b)/.test(original),
    parts: parts.map((part: unknown) => byteTextOf(withoutBrackets(String(part)))),
    place: node.place,
  }
}

/** The parser takes the brackets off a name like `[a b]`, but not when the name holds the end of a line: its pattern stops there. */
function withoutBrackets(part: string): string {
  return /^\[[^]*[\n\r\u2028\u2029][^]*\]$/.test(part) ? part.slice(1, -1) : part
}

/** The name of what could be a function: one part, nothing before it. */
function simpleName(head: RawNode): string | undefined {
  if (head.type !== 'PathExpression') return undefined
  const { isData, up, isScoped, parts } = translatePath(head)
  return isData || up > 0 || isScoped || parts.length !== 1 ? undefined : String(head.fields.original)
}

function translateBlock(node: RawNode, functions: Functions): Block {
  const name = simpleName(rawNode(node.fields.path))
  const params = rawNodes(node, 'params')
  const block = blockKind(node, name, params.length, functions)
  const program = node.fields.program ? rawNode(node.fields.program) : undefined
  const inverse = node.fields.inverse ? rawNode(node.fields.inverse) : undefined
  const blockParams = program?.fields.blockParams
  return {
    kind: 'block',
    block,
    subject: subjectOf(node, block, functions),
    includeZero: (block === 'if' || block === 'unless') && includesZero(node),
    body: program ? translateBody(program, functions) : [],
    otherwise: inverse && translateBody(inverse, functions),
    params: Array.isArray(blockParams) ? blockParams.map((param: unknown) => byteTextOf(String(param))) : [],
    place: node.place,
  }
}

function subjectOf(node: RawNode, block: BlockKind, functions: Functions): Expression {
  const [param] = rawNodes(node, 'params')
  if (param) return translateExpression(param, functions)
  return block === 'raw' ? { kind: 'literal', value: true } : translateHead(node)
}

function blockKind(node: RawNode, name: string | undefined, params: number, functions: Functions): BlockKind {
  const block = [...BLOCKS].find((known): known is BlockKind => known === name)
  if (block) {
    const wanted = block === 'raw' ? 0 : 1
    if (params !== wanted)
      throw failure(node.place, `#${block} requires exactly ${wanted ? 'one argument' : 'no argument'}`, block)
    return block
  }
  if (params === 0 && !node.fields.hash) return 'section'
  const isFunction = name !== undefined && functions.has(name)
  const what = isFunction ? `${name} is a function, not a block` : 'this is not a block'
  throw failure(node.place, `${what}; blocks are: ${[...BLOCKS].join(', ')}`)
}

/** `includeZero=true`, the one named argument that blocks have. */
function includesZero(node: RawNode): boolean {
  const pairs = node.fields.hash ? rawNodes(rawNode(node.fields.hash), 'pairs') : []
  return pairs.some((pair) => pair.fields.key === 'includeZero' && rawNode(pair.fields.value).fields.value === true)
}

function textField(node: RawNode, name: string): ByteText {
  return byteTextOf(scalarField(node, name))
}

/** A text, or what JavaScript writes for a number, a boolean, null and undefined. */
function scalarField(node: RawNode, name: string): string {
  const value = node.fields[name]
  return typeof value === 'object' && value !== null ? '' : String(value)
}

function failure(place: Place, message: string, functionName?: string): TemplateError {
  return new TemplateError(message, { ...place, safe: true, ...(functionName !== undefined && { functionName }) })
}
