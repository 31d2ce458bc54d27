import type { ComparedSecret } from '../../argocd/diff/compared-secret.ts'
import type { Change, FieldDiff, SecretDiff } from '../../argocd/diff/secret-diff.ts'
import { printable } from '../../model/printable.ts'

const MARKS: Readonly<Record<Change, string>> = { added: '+', removed: '-', changed: '~' }

/** Each Secret that differs with what differs of it, then how many. `compared`: what the render makes. */
export function diffText(diffs: readonly SecretDiff[], compared: readonly Pick<ComparedSecret, 'kind'>[]): string {
  return [...diffs.flatMap(secretLines), ...(diffs.length > 0 ? [''] : []), summary(diffs, compared), ''].join('\n')
}

function secretLines(diff: SecretDiff): readonly string[] {
  const { kind, namespace, name, change, type, immutable, keys, labels, annotations } = diff
  return [
    `${MARKS[change]} ${printable(`${kind ?? 'Secret'} ${namespace}/${name}`)}`,
    ...(type
      ? [`    ${type.before === undefined ? '+' : '~'} type ${[type.before, type.after].flatMap(shown).join(' -> ')}`]
      : []),
    ...(immutable ? [`    ~ immutable ${immutable.before} -> ${immutable.after}`] : []),
    ...fieldLines(kind === undefined ? 'key' : 'field', keys),
    ...fieldLines('label', labels),
    ...fieldLines('annotation', annotations),
  ]
}

function fieldLines(what: string, fields: readonly FieldDiff[]): readonly string[] {
  return fields.map(({ name, change, before, after }) => {
    const digests = [before, after].flatMap(shown).join(' -> ')
    const called = name === undefined ? `(the name of one that a template computes from values)` : printable(name)
    return `    ${MARKS[change]} ${what} ${called}${digests === '' ? '' : `  ${digests}`}`
  })
}

function shown(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [printable(text)]
}

function summary(diffs: readonly SecretDiff[], compared: readonly Pick<ComparedSecret, 'kind'>[]): string {
  const count = (change: Change): number => diffs.filter((diff) => diff.change === change).length
  const same = compared.length - count('added') - count('changed')
  const what = compared.every(({ kind }) => kind === undefined) ? 'Secret' : 'object'
  if (diffs.length === 0) return `nothing differs: ${same === 1 ? `1 ${what} is` : `${same} ${what}s are`} the same`
  return `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed, ${same} the same`
}
