import { type GeneratorFacts, keys } from './generator-facts.ts'

/** Kinds that ask nobody. */
export const madeHere: ReadonlyMap<string, GeneratorFacts> = new Map([
  [
    'Fake',
    {
      makes: 'What its author wrote, for trying things out.',
      example: { name: 'example', spec: { data: { user: 'ada', password: 'not-a-secret' } } },
      keys: [keys('user password', 'As `data` names and says them: whatever stands in Git is no secret.')],
      notes: ['One with `controller: CLASS` of another class is left to that controller, and so is the ExternalSecret.'],
    },
  ],
  [
    'MFA',
    {
      makes: 'The code of an authenticator app (RFC 6238).',
      needs: 'the seed that the other party shows beside its QR code, as text, in a Secret',
      example: {
        name: 'console',
        spec: { secret: { name: 'console-mfa', key: 'seed' }, length: 6, timePeriod: 30 },
      },
      refreshInterval: '30s',
      keys: [keys('token', 'The code of this moment.'), keys('timeLeft', 'For how many seconds it is still good.')],
      rules: [
        'The seed is base32; spaces and lower case do not matter.',
        'A code has six digits and is good for 30 seconds, unless `length` (up to 10) and `timePeriod` say otherwise.',
      ],
      notes: ['Nobody is asked: the code is computed from the seed and the clock.'],
    },
  ],
  [
    'Password',
    {
      makes: 'A password for each key, made of exactly as many digits and symbols as it says, the rest letters.',
      example: {
        name: 'logins',
        spec: {
          length: 24,
          digits: 6,
          symbols: 6,
          symbolCharacters: '-_.~',
          noUpper: false,
          allowRepeat: true,
          secretKeys: ['admin', 'reader'],
          encoding: 'raw',
        },
      },
      keys: [keys('admin reader', 'A password each; without `secretKeys` there is one, under `password`.')],
      rules: [
        'The longest password has 65,536 characters.',
        'Without `symbolCharacters` the symbols are ``~!@#$%^&*()_+`-={}|[]\\:"<>?,./``.',
        'Without `allowRepeat` no character comes twice, so that 10 digits, 52 letters and the distinct symbols are the most there can be.',
        'What no password can be is an error that names the field.',
      ],
      notes: [
        'A derived password also depends on its rules (length, digits, symbols, characters, `noUpper`, `allowRepeat`; not on its encoding): [values that stay](../generators.md#values-that-stay).',
      ],
    },
  ],
  [
    'SSHKey',
    {
      makes: 'A new pair of keys for SSH.',
      example: { name: 'deploy', spec: { keyType: 'ed25519', comment: 'deploy@example.org' } },
      refreshInterval: '0s',
      keys: [
        keys('privateKey', "The private key in OpenSSH's format, without a passphrase."),
        keys('publicKey', 'The public key as a line of `authorized_keys`.'),
      ],
      rules: [
        'Of `rsa` the size is 1024 to 8192 bits; of `ecdsa` 256, 384 or 521, and anything else means 256; `ed25519` has one size.',
        'The comment is one line.',
      ],
      notes: ['With `refreshInterval: 0s` a controller makes one pair and keeps it; with any other a new one at each refresh.'],
    },
  ],
  [
    'UUID',
    {
      makes: 'A random UUID of version 4 (RFC 9562).',
      example: { name: 'installation', spec: {} },
      keys: [keys('uuid', 'The UUID, in lower case, with hyphens.')],
    },
  ],
])
