import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { entraIdError } from '../../../../plugin/providers/azurekv/login/entra-id-error.ts'
import { VaultFailure, vaultError } from '../../../../plugin/providers/azurekv/vault-failure.ts'
import type { HttpAnswer } from '../../../../plugin/providers/http-client.ts'

const REQUEST = '01234567-89ab-cdef-0123-456789abcdef'

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)) }
}

function vault(status: number, code: string, inner?: string, headers?: Record<string, string>): SecretError {
  const body = { error: { code, message: 'withheld', ...(inner && { innererror: { code: inner } }) } }
  return vaultError(
    new VaultFailure(answer(status, body, headers)),
    { type: 'secret', name: 'name', version: undefined },
    'my.vault',
  )
}

describe('an answer of a vault', () => {
  test('has one meaning by status and code', () => {
    const meanings = [
      [vault(404, 'SecretNotFound'), 'NotFound'],
      [vault(403, 'Forbidden', 'SecretDisabled'), 'AccessDenied'],
      [vault(403, 'Forbidden', 'ForbiddenByRbac'), 'AccessDenied'],
      [vault(401, 'Unauthorized'), 'AccessDenied'],
      [vault(400, 'BadParameter'), 'InvalidSpec'],
      [vault(429, 'Throttled'), 'Throttled'],
      [vault(408, ''), 'Unavailable'],
      [vault(503, ''), 'Unavailable'],
    ] as const
    for (const [error, kind] of meanings) {
      assert.equal(error.kind, kind, error.message)
      assert.ok(error.remedy, error.message)
    }
  })

  test('a 404 that does not come from Key Vault is not a missing secret', () => {
    for (const body of ['<html>', '', '{}', '{"error":"SecretNotFound"}', '[null]', '{"error":{"code":{"a":1}}}']) {
      const failure = new VaultFailure(answer(404, body))
      const error = vaultError(failure, { type: 'secret', name: 'name', version: undefined }, 'my.vault')
      assert.equal(error.kind, 'Unavailable', body)
      assert.ok(error.lasting)
    }
  })

  test("the vault's firewall is told from a missing role", () => {
    assert.match(vault(403, 'Forbidden', 'ForbiddenByFirewall').remedy ?? '', /firewall/)
    assert.match(vault(403, 'Forbidden', 'ForbiddenByConnection').remedy ?? '', /private endpoint/)
    assert.match(vault(403, 'Forbidden').remedy ?? '', /Key Vault Secrets User/)
  })

  test('tells when to come back', () => {
    assert.equal(vault(429, 'Throttled', undefined, { 'retry-after': '7' }).retryAfterMs, 7_000)
    assert.equal(vault(503, '', undefined, { 'retry-after': 'soon' }).retryAfterMs, undefined)
  })

  test('shows the id of a request, and nothing else that a header may hold', () => {
    assert.ok(vault(500, '', undefined, { 'x-ms-request-id': REQUEST }).message.includes(REQUEST))
    assert.ok(!vault(500, '', undefined, { 'x-ms-request-id': 'canary' }).message.includes('canary'))
  })
})

describe('an answer of Entra ID', () => {
  const entra = (status: number, body: unknown, headers?: Record<string, string>): SecretError =>
    entraIdError(answer(status, body, headers), 'login.example', 'tenant')
  const refused = (code: unknown): SecretError =>
    entra(400, { error: 'invalid_client', error_description: 'withheld', error_codes: [code] })

  test('is a mistake of the store or a refusal, by its code', () => {
    for (const code of [90002, 900023, 500011, 70011]) assert.equal(refused(code).kind, 'InvalidSpec', String(code))
    for (const code of [700016, 7000215, 7000222, 700027, 700213, 53003, 12345]) {
      assert.equal(refused(code).kind, 'AccessDenied', String(code))
    }
  })

  test('shows a code only when it is a number', () => {
    assert.match(refused(7000215).message, /\(AADSTS7000215\)/)
    for (const odd of ['canary', -1, 1.5, null, { a: 'canary' }]) assert.match(refused(odd).message, /\(HTTP 400\)/)
  })

  test('that is busy, broken or somebody else', () => {
    assert.equal(entra(429, {}, { 'retry-after': '3' }).retryAfterMs, 3_000)
    assert.equal(entra(503, '').kind, 'Unavailable')
    for (const status of [429, 503, 404]) assert.ok(entra(status, '').remedy, String(status))
    assert.equal(entra(404, '<html>').kind, 'Unavailable')
    assert.ok(entra(302, '').lasting)
  })
})
