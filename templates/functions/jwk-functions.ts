import { textOf } from '../byte-text.ts'
import { parseJwk } from '../certificates/jwk.ts'
import { encodePem } from '../certificates/pem.ts'
import { pkcs8Of } from '../certificates/private-key.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import type { TemplateFunction } from './template-function.ts'

/** The key pair of RFC 8037, appendix A. */
const PUBLIC = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
const PRIVATE = PUBLIC.replace('}', ',"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}')

/** What checking the numbers of a key costs, in bytes that are read in the time. */
const BYTES_PER_KEY = 16_384

/** JSON Web Keys: RSA, P-256, P-384, P-521, Ed25519, X25519. */
export const jwkFunctions: readonly TemplateFunction[] = [
  {
    name: 'jwkPublicKeyPem',
    parameters: [{ name: 'jwk', type: types.string }],
    returns: types.string,
    doc: 'A public JSON Web Key in PEM. A private one is an error.',
    source: 'External Secrets',
    example: {
      go: `{{jwkPublicKeyPem ${JSON.stringify(PUBLIC)}}}`,
      handlebars: `{{jwkPublicKeyPem '${PUBLIC}'}}`,
      gives:
        '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
    },
    safeMessage: true,
    run: (call) => {
      call.step(BYTES_PER_KEY)
      const jwk = parseJwk(textOf(call.text(0)))
      if (jwk.kind !== 'public') throw new FunctionError(`x509: unsupported public key type: ${jwk.goType}`, true)
      return encodePem('PUBLIC KEY', jwk.info())
    },
  },
  {
    name: 'jwkPrivateKeyPem',
    parameters: [{ name: 'jwk', type: types.string }],
    returns: types.string,
    doc: 'A private JSON Web Key as PKCS#8 in PEM. A public one is an error.',
    source: 'External Secrets',
    example: {
      go: `{{jwkPrivateKeyPem ${JSON.stringify(PRIVATE)}}}`,
      handlebars: `{{jwkPrivateKeyPem '${PRIVATE}'}}`,
      gives:
        '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n',
    },
    safeMessage: true,
    run: (call) => {
      call.step(BYTES_PER_KEY)
      const jwk = parseJwk(textOf(call.text(0)))
      if (jwk.kind !== 'private') throw new FunctionError(`x509: unknown key type while marshaling PKCS#8: ${jwk.goType}`, true)
      return encodePem('PRIVATE KEY', pkcs8Of(jwk.key()))
    },
  },
]
