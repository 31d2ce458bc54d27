import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { bytesOf, byteTextOf } from '../../../../templates/byte-text.ts'
import { jsonText } from '../../../../templates/functions/json-text.ts'
import { plainYamlValue } from '../../../../templates/functions/plain-yaml-value.ts'
import { float64, int, int64 } from '../../../../templates/go-number.ts'
import { emitYaml } from '../../../../templates/go-yaml/emitter.ts'
import { jsonToYaml } from '../../../../templates/go-yaml/json-to-yaml.ts'
import { listOfAny, mapOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { runs } from '../../../support/property-runs.ts'

const uncounted = { step: () => undefined, reserve: () => undefined }

/** The long way: through JSON. */
function byJson(value: TemplateValue): string {
  return jsonToYaml(bytesOf(jsonText(value, uncounted)), () => undefined)
}

const WORDS = `yes|null|~|<<|0x10|1_000|1e3|-0|012|1:30|2001-01-01|=|- a|# a|a: b|it's|"|\\|<a>&|%a|---|...|{a}|[`.split('|')
const HARD = ['', ' ', 'a\nb', '\n', '\0', '\t', '\x7f', '\xff\xfe', 'x '.repeat(60), 'k'.repeat(1100)]
const words = fc.constantFrom(...WORDS, ...HARD, ...['\u0085', '\u2028', '\ufeff', 'é', '😀'].map(byteTextOf))
const texts = fc.oneof(words, fc.string(), fc.string({ unit: 'binary' }).map(byteTextOf))
const numbers = fc.oneof(
  fc.constantFrom(...[1e21, -0, 0, 1e-7, 1e20, 123456789012345680000, 2 ** 53, 1.5, 5e-324, 1e6, 12345678.9].map(float64)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float64),
  fc.integer().map((value) => int(BigInt(value))),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(int64),
)
const { value: values } = fc.letrec<{ value: TemplateValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    texts,
    numbers,
    fc.boolean(),
    fc.constant(undefined),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => listOfAny(items)),
    fc.array(fc.tuple(texts, tie('value')), { maxLength: 5 }).map((entries) => mapOfAny(entries)),
  ),
}))

describe('the YAML value of a template value', () => {
  it('is what a YAML reader makes of its JSON, wherever it is given', () => {
    let given = 0
    fc.assert(
      fc.property(values, (value) => {
        const plain = plainYamlValue(value, uncounted)
        if (plain === undefined) return
        given += 1
        assert.equal(
          emitYaml(plain, () => undefined),
          byJson(value),
        )
      }),
      { numRuns: runs(3_000) },
    )
    assert.ok(given > 500)
  })

  it('is not given for what YAML may read in another way', () => {
    const loop: TemplateValue[] = []
    const endless = listOfAny(loop)
    loop.push(endless)
    for (const value of ['a\nb', '\xff', '\x7f', float64(Number.NaN), endless, mapOfAny([['k'.repeat(1100), 'x']])]) {
      assert.equal(plainYamlValue(value, uncounted), undefined)
    }
  })
})
