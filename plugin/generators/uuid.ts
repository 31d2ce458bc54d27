import '../api/jitless.ts'
import * as z from 'zod'
import { SecretValue } from '../model/secret-value.ts'
import type { Generator } from './generator.ts'

const spec = z.object({})

/** A random UUID of version 4 (RFC 9562; external-secrets.md 6.4). */
export const uuid: Generator<z.output<typeof spec>> = {
  kind: 'UUID',
  spec,
  stability: 'derived',
  keysOf: () => ['uuid'],
  generate: async (_, { randomOf }) => ({
    values: new Map([['uuid', SecretValue.fromText(uuidOf(randomOf('uuid').bytes(16)))]]),
  }),
}

function uuidOf(random: Uint8Array): string {
  const bytes = random.map((byte, index) => (index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte))
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
