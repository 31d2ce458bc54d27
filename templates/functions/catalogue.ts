import { builtinFunctions } from './builtin-functions.ts'
import { certificateFunctions } from './certificate-functions.ts'
import { cryptoFunctions } from './crypto-functions.ts'
import { dateFunctions } from './date-functions.ts'
import { decryptFunctions } from './decrypt-functions.ts'
import { defaultFunctions } from './default-functions.ts'
import { dictFunctions } from './dict-functions.ts'
import { durationFunctions } from './duration-functions.ts'
import { encodingFunctions } from './encoding-functions.ts'
import { hashFunctions } from './hash-functions.ts'
import { jksFunctions } from './jks-functions.ts'
import { jsonFunctions } from './json-functions.ts'
import { jwkFunctions } from './jwk-functions.ts'
import { listFunctions } from './list-functions.ts'
import { logicFunctions } from './logic-functions.ts'
import { numberFloatFunctions } from './number-float-functions.ts'
import { numberFunctions } from './number-functions.ts'
import { pathFunctions } from './path-functions.ts'
import { pemFunctions } from './pem-functions.ts'
import { pkcs12Functions } from './pkcs12-functions.ts'
import { reflectFunctions } from './reflect-functions.ts'
import { regexFunctions } from './regex-functions.ts'
import { semverFunctions } from './semver-functions.ts'
import { stringCaseFunctions } from './string-case-functions.ts'
import { stringFunctions } from './string-functions.ts'
import { stringListFunctions } from './string-list-functions.ts'
import { stringRandomFunctions } from './string-random-functions.ts'
import type { TemplateFunction } from './template-function.ts'
import { urlFunctions } from './url-functions.ts'
import { yamlFunctions } from './yaml-functions.ts'

const subjects: readonly (readonly TemplateFunction[])[] = [
  builtinFunctions,
  certificateFunctions,
  decryptFunctions,
  cryptoFunctions,
  dateFunctions,
  defaultFunctions,
  dictFunctions,
  durationFunctions,
  encodingFunctions,
  hashFunctions,
  jksFunctions,
  jsonFunctions,
  jwkFunctions,
  listFunctions,
  logicFunctions,
  numberFloatFunctions,
  numberFunctions,
  pathFunctions,
  pemFunctions,
  pkcs12Functions,
  reflectFunctions,
  regexFunctions,
  semverFunctions,
  stringCaseFunctions,
  stringFunctions,
  stringListFunctions,
  stringRandomFunctions,
  urlFunctions,
  yamlFunctions,
]

/** Every function that templates may call, by name. */
export const catalogue: ReadonlyMap<string, TemplateFunction> = new Map(subjects.flat().map((fn) => [fn.name, fn]))
