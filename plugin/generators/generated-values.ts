import { SecretValue } from '../model/secret-value.ts'

/** Texts as the values that a generator gives, by their keys. */
export function generatedValues(texts: Readonly<Record<string, string>>): ReadonlyMap<string, SecretValue> {
  return new Map(Object.entries(texts).map(([key, text]) => [key, SecretValue.fromText(text)]))
}
