import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeExpandAnswer,
  decodeExpandRequest,
  type ExpandAnswer,
  type ExpandRequest,
  encodeExpandAnswer,
  encodeExpandRequest,
  isRequestVariable,
  MAX_TIMEOUT_MS,
} from '../../../../plugin/argocd/wire/expand-exchange.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

const wellFormed = fc.string({ unit: 'grapheme' })

const requests: fc.Arbitrary<ExpandRequest> = fc.record(
  {
    command: fc.constant('generate' as const),
    environment: fc
      .array(fc.tuple(fc.constantFrom('ARGOCD_APP_NAME', 'ARGOCD_ENV_X', 'ARGOCD_APP_PARAMETERS', 'KUBE_VERSION'), wellFormed))
      .map((entries) => new Map(entries)),
    files: fc.array(fc.record({ name: wellFormed, bytes: fc.uint8Array({ maxLength: 200 }) }), { maxLength: 5 }),
    timeoutMs: fc.nat({ max: MAX_TIMEOUT_MS }),
  },
  { requiredKeys: ['command', 'environment', 'files'] },
)

const answers: fc.Arbitrary<ExpandAnswer> = fc.oneof(
  fc.record({ exitCode: fc.constant(0), report: wellFormed, output: fc.uint8Array({ maxLength: 500 }) }),
  fc.record({
    exitCode: fc.integer({ min: 1, max: 6 }),
    report: wellFormed,
    output: fc.constant(new Uint8Array()),
  }),
)

function plainRequest({ command, environment, files, timeoutMs }: ExpandRequest): unknown {
  return { command, timeoutMs, environment: [...environment], files: files.map(({ name, bytes }) => [name, ...bytes]) }
}

function plainAnswer({ exitCode, report, output }: ExpandAnswer): unknown {
  return { exitCode, report, output: [...output] }
}

function isRefused(kind: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof SecretError && thrown.kind === kind
}

test('a request arrives as it was sent', () => {
  fc.assert(
    fc.property(requests, (request) => {
      assert.deepEqual(plainRequest(decodeExpandRequest(encodeExpandRequest(request))), plainRequest(request))
    }),
  )
})

test('an answer arrives as it was given', () => {
  fc.assert(
    fc.property(answers, (answer) => {
      assert.deepEqual(plainAnswer(decodeExpandAnswer(encodeExpandAnswer(answer))), plainAnswer(answer))
    }),
  )
})

test('an answer that is cut anywhere, or grows, is none', () => {
  fc.assert(
    fc.property(answers, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (answer, at, more) => {
      const body = encodeExpandAnswer(answer)
      assert.throws(() => decodeExpandAnswer(body.subarray(0, at % body.byteLength)), isRefused('Unavailable'))
      assert.throws(() => decodeExpandAnswer(Buffer.concat([body, more])), isRefused('Unavailable'))
    }),
  )
})

test('a request that is cut anywhere, or grows, is none', () => {
  fc.assert(
    fc.property(requests, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (request, at, more) => {
      const body = encodeExpandRequest(request)
      assert.throws(() => decodeExpandRequest(body.subarray(0, at % body.byteLength)), isRefused('InvalidSpec'))
      assert.throws(() => decodeExpandRequest(Buffer.concat([body, more])), isRefused('InvalidSpec'))
    }),
  )
})

test('an answer with one changed byte of output is none', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (output, at, flip) => {
        const body = Uint8Array.from(encodeExpandAnswer({ exitCode: 0, report: '', output }))
        const place = body.byteLength - 1 - (at % output.byteLength)
        body[place] = (body[place] ?? 0) ^ flip
        assert.throws(() => decodeExpandAnswer(body), isRefused('Unavailable'))
      },
    ),
  )
})

test('arbitrary bytes and arbitrary lines of JSON are refused, with a kind', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => Buffer.from(`${text}\n`)),
    fc
      .record({ protocol: fc.constantFrom(0, 1, 2, '1'), exitCode: fc.anything(), report: fc.anything(), files: fc.anything() })
      .map((line) =>
        Buffer.from(`${JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}\n`),
      ),
  )
  fc.assert(
    fc.property(noise, (bytes) => {
      assert.throws(() => decodeExpandAnswer(bytes), isRefused('Unavailable'))
      assert.throws(() => decodeExpandRequest(bytes), isRefused('InvalidSpec'))
    }),
  )
})

const lines: readonly (readonly [what: string, line: object])[] = [
  ['another protocol', { protocol: 2, exitCode: 0, report: 0, output: 0, checksum: '' }],
  ['a negative length', { protocol: 1, exitCode: 0, report: -1, output: 1, checksum: '' }],
  ['a fraction', { protocol: 1, exitCode: 0, report: 0.5, output: 0, checksum: '' }],
  ['an exit code that no process has', { protocol: 1, exitCode: 256, report: 0, output: 0, checksum: '' }],
  ['no checksum', { protocol: 1, exitCode: 0, report: 0, output: 0 }],
]
for (const [what, line] of lines)
  test(`an answer with ${what} is none`, () => {
    assert.throws(() => decodeExpandAnswer(Buffer.from(`${JSON.stringify(line)}\n`)), isRefused('Unavailable'))
  })

test('an answer with output beside a failure is none', () => {
  const body = encodeExpandAnswer({ exitCode: 3, report: 'no', output: Buffer.from('kind: Secret') })
  assert.throws(() => decodeExpandAnswer(body), /output beside a failure/)
})

test('a setting of the container is no variable of a request, and a request with one is refused', () => {
  assert.deepEqual(
    ['ARGOCD_EXTERNAL_SECRETS_POLICY', 'ARGOCD_GIT_ASKPASS_SOCK', 'PATH', 'KUBE_CONFIG', 'PARAM_X', 'ARGOCD_APP_NAME'].filter(
      isRequestVariable,
      MAX_TIMEOUT_MS,
    ),
    ['ARGOCD_APP_NAME'],
  )
  const body = encodeExpandRequest({ command: 'generate', environment: new Map([['AWS_PROFILE', 'x']]), files: [] })
  assert.throws(() => decodeExpandRequest(body), isRefused('InvalidSpec'))
})

test('a request with a time that no timer has is refused', () => {
  const request = { command: 'generate', environment: new Map(), files: [], timeoutMs: MAX_TIMEOUT_MS + 1 } as const
  assert.throws(() => decodeExpandRequest(encodeExpandRequest(request)), isRefused('InvalidSpec'))
})

test('no refusal quotes what it refuses', () => {
  const canary = 'canary-9f2'
  for (const body of [`${canary}\n`, `{"protocol":"${canary}"}\n`, `{"protocol":1,"command":"${canary}"}\n`])
    for (const decode of [decodeExpandAnswer, decodeExpandRequest])
      assert.throws(
        () => decode(Buffer.from(body)),
        (thrown) => thrown instanceof SecretError && thrown.cause === undefined && !thrown.message.includes(canary),
      )
})
