import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import { channelBinding } from '../../../../../plugin/providers/webhook/ntlm/channel-binding.ts'
import { testTls } from '../../../../support/emulators/tls/test-tls.ts'

const ECDSA_SHA384 =
  'MIIBtDCCATqgAwIBAgIUTNLh5TdRDto/WkSxN7Nb82rIjaUwCgYIKoZIzj0EAwMwEDEOMAwGA1UEAwwFZWMzODQwIBcNMjYxMTI2MDkwODU4WhgPMjEyNjExMDIwOTA4NThaMBAx' +
  'DjAMBgNVBAMMBWVjMzg0MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAETJxBe5JUECJs8xnQut9l7L4XD/9LhH2vCMdC7W/L7s+7csgp7s5SBmR+CyafRtFkzpi+BMjS3eHu9u7tNV0L' +
  'OCW5rkyQ+ISIvGyfeNRa/5n+5piJzfED7cf9XwJVauSEo1MwUTAdBgNVHQ4EFgQUhBhWuWAFUNR/9wC1qOHsVzwOVwgwHwYDVR0jBBgwFoAUhBhWuWAFUNR/9wC1qOHsVzwOVwgw' +
  'DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAwNoADBlAjEAo9kZDOd2/E9TNgW7idPUFCGnCHEHfqsZyqKFocrVXX7gJNYsXYlRC8d/7Wx+MmAzAjB5RC3/M63EFS5+D7pZB2X4' +
  '+kEap62xnC3djvF4blnLfOLvtn5PdQxoTunnvB5fS/I='
const ED25519 =
  'MIIBMDCB46ADAgECAhQqJpkGT6qWmUM5GzfaR+MJkvHuyzAFBgMrZXAwDTELMAkGA1UEAwwCZWQwIBcNMjYxMTI2MDkwODU4WhgPMjEyNjExMDIwOTA4NThaMA0xCzAJBgNVBAMM' +
  'AmVkMCowBQYDK2VwAyEAqBQXFdaqyHVdAnlt0z4v4ftSvBF+0HHM5n3WHAv4y2qjUzBRMB0GA1UdDgQWBBQH+ak2YVOhBV5IHwiddPwN6VlqUjAfBgNVHSMEGDAWgBQH+ak2YVOh' +
  'BV5IHwiddPwN6VlqUjAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAGQUJNUWGNMw9oEotl7sAaJM3WWMU2H1tY2WNcnjqr+FMQA7jYW2DMro0ts4OZMV8sTHpXn1WUF444hGQzIo' +
  'CQA='

/** As another implementation makes them of the same certificates. */
const BINDINGS: readonly (readonly [signedBy: string, certificate: Uint8Array, binding: string])[] = [
  ['ECDSA with SHA-256', new X509Certificate(testTls().cert).raw, '50e4008d7779590ee413d24fced38a3e'],
  ['ECDSA with SHA-384', Buffer.from(ECDSA_SHA384, 'base64'), '3e660c451906a2cbb43c12449e078bdf'],
  ['Ed25519', Buffer.from(ED25519, 'base64'), '6851e851a56b91f5a45e911ec277c061'],
]

describe('what binds a login to a certificate', () => {
  for (const [signedBy, certificate, binding] of BINDINGS)
    test(`that ${signedBy} signed is right`, () =>
      assert.equal(Buffer.from(channelBinding(certificate)).toString('hex'), binding))

  test('is zeros without TLS', () => assert.deepEqual([...channelBinding(undefined)], Array(16).fill(0)))
})
