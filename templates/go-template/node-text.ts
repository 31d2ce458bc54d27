import type { ByteText } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import type { Operand, Pipe, Place } from './node.ts'

/** A part of a template in Go's canonical form, as errors show it. */
export function placeText(place: Place): ByteText {
  if (place.kind === 'command') return [place.first, ...place.args].map(inParentheses).join(' ')
  if (place.kind !== 'template') return operandText(place)
  return `{{template ${goQuote(place.name)}${place.pipe ? ` ${pipeText(place.pipe)}` : ''}}}`
}

function operandText(operand: Operand): ByteText {
  switch (operand.kind) {
    case 'field':
      return chained('', operand.names)
    case 'variable':
      return chained(operand.name, operand.names)
    case 'chain':
      return chained(inParentheses(operand.of), operand.names)
    case 'identifier':
      return operand.name
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'bool':
      return String(operand.value)
    case 'string':
    case 'number':
      return operand.literal
    default:
      return pipeText(operand)
  }
}

function pipeText({ variables, isAssignment, commands }: Pipe): ByteText {
  const declared = variables.length > 0 ? `${variables.join(', ')} ${isAssignment ? '=' : ':='} ` : ''
  return declared + commands.map(placeText).join(' | ')
}

function inParentheses(operand: Operand): ByteText {
  return operand.kind === 'pipe' ? `(${pipeText(operand)})` : operandText(operand)
}

function chained(start: ByteText, names: readonly ByteText[]): ByteText {
  return [start, ...names].join('.')
}
