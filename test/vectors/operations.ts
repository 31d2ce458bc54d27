import { convertKeys, reverseKey, reverseKeys } from '../../plugin/expansion/convert.ts'
import { decode, decodeMap } from '../../plugin/expansion/decode.ts'
import { validateKeys } from '../../plugin/expansion/validate-keys.ts'
import { jsonValueBytes } from '../../plugin/json/go-json.ts'
import { parseJson } from '../../plugin/json/parse-json.ts'
import { jsonToSecretMap } from '../../plugin/json/secret-map.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { bytesFrom, encodedBytes, encodedMap, secretMapFrom } from './encoding.ts'
import { rewriteMap } from './rewrite-operation.ts'
import { extractJwtExpiration, fetchValueFromMetadata, parseJwtClaims } from './token-operations.ts'

type Input = Readonly<Record<string, unknown>>

/** Runs the input of one case and gives the result in the encoding of vector files. */
export type Operation = (input: Input) => unknown

const strategy = (input: Input) => (typeof input.strategy === 'string' ? input.strategy : '')

/** What of the vector files' operations this version can do; the name is the case's `op`. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['decode', (input) => encodedBytes(decode(strategy(input), new SecretValue(bytesFrom(input.in))).reveal())],
  ['decodeMap', (input) => encodedMap(decodeMap(strategy(input), secretMapFrom(input.in)))],
  ['convertKeys', (input) => encodedMap(convertKeys(strategy(input), secretMapFrom(input.in)))],
  ['reverseKey', (input) => reverseKey(strategy(input), String(input.in))],
  ['reverseKeys', (input) => encodedMap(reverseKeys(strategy(input), secretMapFrom(input.in)))],
  ['validateKeys', (input) => encodedMap(validateKeys(secretMapFrom(input.in), ''))],
  ['jsonToSecretDataMap', (input) => encodedMap(jsonToSecretMap(bytesFrom(input.json)))],
  ['getByteValue', getByteValue],
  ['rewriteMap', rewriteMap],
  ['parseJWTClaims', parseJwtClaims],
  ['extractJWTExpiration', extractJwtExpiration],
  ['fetchValueFromMetadata', fetchValueFromMetadata],
])

function getByteValue(input: Input): unknown {
  const json = typeof input.json === 'string' ? input.json : JSON.stringify(input.value)
  return encodedBytes(jsonValueBytes(parseJson(json, input.useNumber === true ? 'verbatim' : 'float64')))
}
