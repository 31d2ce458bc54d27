import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteTextOf } from '../../../../templates/byte-text.ts'
import { dateFunctions } from '../../../../templates/functions/date-functions.ts'
import { durationFunctions } from '../../../../templates/functions/duration-functions.ts'
import { GoDuration } from '../../../../templates/functions/go-duration.ts'
import { GoTime } from '../../../../templates/functions/go-time.ts'
import { parseTime } from '../../../../templates/functions/parse-time.ts'
import { findZone, type TimeZone, utc } from '../../../../templates/functions/time-zone.ts'
import { int, int64 } from '../../../../templates/go-number.ts'
import { isObject, type TemplateValue } from '../../../../templates/value.ts'
import { printed } from './call-one.ts'

const functions = [...dateFunctions, ...durationFunctions]

function zone(name: string): TimeZone {
  const found = findZone(name)
  assert.ok(found, name)
  return found
}

/** 2024-03-05 07:08:09.123456789 UTC */
const inMarch = new GoTime({ seconds: 1_709_622_489n, nanoseconds: 123_456_789, zone: utc })
/** 2024-07-04 13:05:06 in New York */
const inJuly = new GoTime({ seconds: 1_720_112_706n, nanoseconds: 0, zone: zone('America/New_York') })

/** Expectations come from Go's time package. */
describe('layouts', () => {
  const cases: readonly (readonly [layout: string, time: GoTime, zone: string, expected: string])[] = [
    ['2006-01-02T15:04:05Z07:00', inMarch, 'UTC', '2024-03-05T07:08:09Z'],
    ['2006-01-02T15:04:05Z07:00', inJuly, 'America/New_York', '2024-07-04T13:05:06-04:00'],
    ['Mon Jan _2 15:04:05 2006', inJuly, 'Asia/Kolkata', 'Thu Jul  4 22:35:06 2024'],
    ['Monday, 02-Jan-06 15:04:05 MST', inJuly, 'Asia/Kolkata', 'Thursday, 04-Jul-24 22:35:06 IST'],
    ['3:04PM 03:04 pm', inJuly, 'America/New_York', '1:05PM 01:05 pm'],
    ['15:04:05.000 05,000 05.99 05.999999999', inMarch, 'UTC', '07:08:09.123 09,123 09.12 09.123456789'],
    ['05.999', inJuly, 'UTC', '06'],
    ['05.0001', inMarch, 'UTC', '09.0003'],
    ['2006-002 __2', inMarch, 'UTC', '2024-065  65'],
    ['Z0700 Z07 -07 -07:00:00 Z070000', inMarch, 'UTC', 'Z Z +00 +00:00:00 Z'],
    ['Z0700 Z07 -07 -07:00:00 Z070000', inJuly, 'America/New_York', '-0400 -04 -04 -04:00:00 -040000'],
    ['YYYY-MM-DD Janet Monk Januaryx _2006', inMarch, 'UTC', 'YYYY-MM-DD Janet Monk Marchx _2024'],
    ['1504 4 5 2 06/1/2', inMarch, 'UTC', '0708 8 9 5 24/3/5'],
    ['MST -0700', inJuly, 'Australia/Lord_Howe', '+1030 +1030'],
    ['MST -0700', inJuly, 'No/Such', 'UTC +0000'],
    ['MST', inJuly, 'europe/berlin', 'UTC'],
    ['MST', inJuly, '', 'UTC'],
    ['2006 MST -07:00:00', GoTime.zero, 'America/New_York', '0000 LMT -04:56:02'],
  ]
  for (const [layout, time, name, expected] of cases) {
    test(`${layout} in ${name || 'no zone'}`, () => {
      assert.equal(printed(functions, 'dateInZone', [layout, time, name]), expected)
    })
  }
})

describe('abbreviations of zones are those of the time', () => {
  const cases: readonly (readonly [zone: string, seconds: bigint, expected: string])[] = [
    ['Europe/Berlin', 1_704_067_200n, 'CET'],
    ['Europe/Berlin', 1_720_112_706n, 'CEST'],
    ['Europe/Dublin', 1_720_112_706n, 'IST'],
    ['Europe/Moscow', 1_300_000_000n, 'MSK'],
    ['Europe/Moscow', 1_320_000_000n, 'MSK'],
    ['Europe/Moscow', 490_000_000n, 'MSD'],
    ['America/Sao_Paulo', 1_720_112_706n, '-03'],
    ['Asia/Kathmandu', 1_720_112_706n, '+0545'],
    ['America/New_York', 9_223_372_036_854_775_807n, 'EST'],
  ]
  for (const [name, seconds, expected] of cases) {
    test(`${name} at ${seconds}`, () => {
      assert.equal(zone(name).at(seconds).abbreviation, expected)
    })
  }
})

describe('what counts as a date', () => {
  test('whole seconds since the epoch', () => {
    assert.equal(printed(functions, 'dateInZone', ['15:04', int(-1), '']), '23:59')
    assert.equal(printed(functions, 'dateInZone', ['2006-01-02', int64(-86_400), 'UTC']), '1969-12-31')
  })

  test('anything else is the moment of the render', () => {
    assert.equal(printed(functions, 'date', ['2006-01-02 15:04', '2020-01-01']), '2024-02-29 12:00')
    assert.equal(printed(functions, 'htmlDate', [undefined]), '2024-02-29')
    assert.equal(printed(functions, 'now', []), '2024-02-29 12:00:00 +0000 UTC')
  })

  test('seconds that no calendar of ours reaches still have a year', () => {
    assert.equal(printed(functions, 'dateInZone', ['2006-01-02', int(2n ** 63n - 1n), 'UTC']), '292277026596-12-04')
  })
})

describe('times are read by their layout', () => {
  const cases: readonly (readonly [layout: string, text: string, expected: string])[] = [
    ['2006-01-02', '2024-02-29', '2024-02-29 00:00:00 +0000 UTC'],
    ['02 Jan 2006', '03 feb 2024', '2024-02-03 00:00:00 +0000 UTC'],
    ['15:04:05', '12:00:05.123', '0000-01-01 12:00:05.123 +0000 UTC'],
    ['Jan _2', 'Mar  5', '0000-03-05 00:00:00 +0000 UTC'],
    ['2006-002', '2024-366', '2024-12-31 00:00:00 +0000 UTC'],
    ['MST', 'EST', '0000-01-01 00:00:00 +0000 EST'],
    ['MST', 'GMT+3', '0000-01-01 03:00:00 +0300 GMT+3'],
    ['-0700', '+0530', '0000-01-01 00:00:00 +0530 +0530'],
    ['Z07:00', 'Z', '0000-01-01 00:00:00 +0000 UTC'],
    ['06', '68', '2068-01-01 00:00:00 +0000 UTC'],
    ['06', '69', '1969-01-01 00:00:00 +0000 UTC'],
    ['3PM', '12AM', '0000-01-01 00:00:00 +0000 UTC'],
    ['2006-01-02', '2024-2-3', '!parsing time "2024-2-3" as "2006-01-02": cannot parse "2-3" as "01"'],
    ['2006-01-02', '2017-13-31', '!parsing time "2017-13-31": month out of range'],
    ['2006-01-02', '2017-02-30', '!parsing time "2017-02-30": day out of range'],
    ['2006-01-02', '2024-01-01é', '!parsing time "2024-01-01\\xc3\\xa9": extra text: "\\xc3\\xa9"'],
    ['2006', '24', '!parsing time "24" as "2006": cannot parse "24" as "2006"'],
    ['3:04PM', '1:05am', '!parsing time "1:05am" as "3:04PM": cannot parse "am" as "PM"'],
    ['15', '24', '!parsing time "24": hour out of range'],
    ['-0700', '+2561', '!parsing time "+2561": time zone offset minute out of range'],
    ['2006-002', '2023-366', '!parsing time "2023-366": day-of-year out of range'],
    ['002 Jan', '001 Feb', '!parsing time "001 Feb": day-of-year does not match month'],
    ['05.000', '07.25', '!parsing time "07.25" as "05.000": cannot parse ".25" as ".000"'],
  ]
  for (const [layout, text, expected] of cases) {
    test(`${text} by ${layout}`, () => {
      assert.equal(printed(functions, 'mustToDate', [layout, byteTextOf(text)]), expected)
    })
  }

  test('toDate takes the zero time for what is none', () => {
    assert.equal(printed(functions, 'toDate', ['2006-01-02', 'nope']), '0001-01-01 00:00:00 +0000 UTC')
  })

  test('a local zone gives its offset, and its abbreviations their meaning', () => {
    const berlin = zone('Europe/Berlin')
    assert.equal(parseTime('2006-01-02 15:04', '2024-07-01 12:00', berlin).text(), '2024-07-01 12:00:00 +0200 CEST')
    assert.equal(parseTime('2006-01-02 MST', '2024-07-01 CEST', berlin).seconds, 1_719_784_800n)
  })
})

describe('durations', () => {
  const cases: readonly (readonly [name: string, value: TemplateValue, expected: string])[] = [
    ['duration', '3661', '1h1m1s'],
    ['duration', '-1', '-1s'],
    ['duration', int(61), '0s'],
    ['duration', int64(3600), '1h0m0s'],
    ['duration', undefined, '0s'],
    ['durationRound', '2h10m5s', '2h'],
    ['durationRound', '60m', '60m'],
    ['durationRound', '24h', '24h'],
    ['durationRound', '1s', '0s'],
    ['durationRound', '721h', '1mo'],
    ['durationRound', '8761h', '1y'],
    ['durationRound', '-3h', '3h'],
    ['durationRound', int64(7_200_000_000_001), '2h'],
    ['durationRound', int(5), '0s'],
    ['durationRound', 'bad', '0s'],
    ['durationRound', new GoTime({ seconds: 1_709_208_000n - 7_201n, nanoseconds: 0, zone: utc }), '2h'],
    ['ago', int(1_709_208_000 - 3_661), '1h1m1s'],
    ['ago', new GoTime({ seconds: 1_709_208_000n - 2n, nanoseconds: 500_000_000, zone: utc }), '2s'],
    ['ago', 'anything', '0s'],
  ]
  for (const [name, value, expected] of cases) {
    test(`${name} of ${isObject(value) ? value.text() : JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part))}`, () => {
      assert.equal(printed(functions, name, [value]), expected)
    })
  }
})

describe('times move by durations', () => {
  const cases: readonly (readonly [duration: string, expected: string])[] = [
    ['1h30m', '2024-03-05 08:38:09.123456789 +0000 UTC'],
    ['-24h', '2024-03-04 07:08:09.123456789 +0000 UTC'],
    ['1.5µs', '2024-03-05 07:08:09.123458289 +0000 UTC'],
    ['.5s', '2024-03-05 07:08:09.623456789 +0000 UTC'],
    ['-0', '2024-03-05 07:08:09.123456789 +0000 UTC'],
    ['', '!time: invalid duration ""'],
    ['5', '!time: missing unit in duration "5"'],
    ['1d', '!time: unknown unit "d" in duration "1d"'],
    ['1h 2m', '!time: unknown unit "h " in duration "1h 2m"'],
    ['.s', '!time: invalid duration ".s"'],
    ['9223372036854775808ns', '!time: invalid duration "9223372036854775808ns"'],
  ]
  for (const [duration, expected] of cases) {
    test(JSON.stringify(duration), () => {
      assert.equal(printed(functions, 'mustDateModify', [byteTextOf(duration), inMarch]), expected)
    })
  }

  test('dateModify leaves the time as it is when that is no duration', () => {
    assert.equal(printed(functions, 'dateModify', ['bogus', inMarch]), inMarch.text())
  })
})

function method(value: TemplateValue, name: string, ...args: readonly TemplateValue[]): unknown {
  assert.ok(isObject(value))
  const result = value.methods().get(name)?.run(args)
  return isObject(result) ? result.text() : typeof result === 'object' && 'value' in result ? result.value : result
}

test('methods of a time', () => {
  assert.equal(method(inMarch, 'Month'), 'March')
  assert.equal(method(inMarch, 'Weekday'), 'Tuesday')
  assert.equal(method(inMarch, 'UnixMilli'), 1_709_622_489_123n)
  assert.equal(method(inMarch, 'AddDate', int(0), int(12), int(-5)), '2025-02-28 07:08:09.123456789 +0000 UTC')
  assert.equal(method(inJuly, 'Sub', inMarch), '2913h56m56.876543211s')
  assert.equal(method(inJuly, 'After', inMarch), true)
  assert.equal(method(inMarch, 'Truncate', int64(3_600_000_000_000)), '2024-03-05 07:00:00 +0000 UTC')
})

test('methods of a duration', () => {
  const duration = new GoDuration(-5_430_500_000_000n)
  assert.equal(duration.text(), '-1h30m30.5s')
  assert.equal(method(duration, 'Minutes'), -90.508_333_333_333_34)
  assert.equal(method(duration, 'Round', int64(60_000_000_000)), '-1h31m0s')
  assert.equal(method(duration, 'Truncate', int64(60_000_000_000)), '-1h30m0s')
  assert.equal(method(duration, 'Abs'), '1h30m30.5s')
})

test('a time that was written is read back the same', () => {
  const seconds = fc.bigInt({ min: -62_135_000_000n, max: 253_370_000_000n })
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe')
  fc.assert(
    fc.property(seconds, fc.nat(999_999_999), zones, (moment, nanoseconds, name) => {
      const time = new GoTime({ seconds: moment, nanoseconds, zone: zone(name) })
      const layout = '2006-01-02T15:04:05.999999999Z07:00:00'
      assert.equal(parseTime(layout, time.format(layout), utc).compare(time), 0)
    }),
  )
})
