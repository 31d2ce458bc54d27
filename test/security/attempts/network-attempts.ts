import { type Attempt, reads, type Trial } from '../attempt.ts'
import { TEAM_A, vaultGrant } from '../tenant-rules.ts'
import type { World } from '../world.ts'
import { vaultStore } from './vault-attempts.ts'

const KEY = 'team-a/db'

/** A rule that allows any server, as an administrator may who trusts the network guard; `hosts` are those that may be private. */
function wide({ vault }: World, hosts: readonly string[] = []): readonly object[] {
  return [{ name: 'wide', ...TEAM_A, stores: [{ ...vaultGrant(vault), facts: { server: ['**'], path: ['secret'] }, hosts }] }]
}

function portOf({ vault }: World): string {
  return new URL(vault.url).port
}

const listed = (world: World): Trial => ({
  manifests: [vaultStore(world), reads(KEY)],
  rules: wide(world, [`127.0.0.1:${portOf(world)}`]),
})

function server(name: string, url: (world: World) => string): Attempt {
  return {
    name: `network: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world, { server: url(world) }), reads(KEY)], rules: wide(world) }),
    twin: listed,
    outcome: 'refused',
  }
}

export const networkAttempts: readonly Attempt[] = [
  server('an address of this machine', (world) => `http://127.0.0.1:${portOf(world)}`),
  server('an address of this machine, as a number', (world) => `http://2130706433:${portOf(world)}`),
  server('an address of this machine, in octal digits', (world) => `http://0177.0.0.1:${portOf(world)}`),
  server('an address of this machine, in hexadecimal digits', (world) => `http://0x7f000001:${portOf(world)}`),
  server('an address of this machine, shortened', (world) => `http://127.1:${portOf(world)}`),
  server('an address of this machine, mapped', (world) => `http://[::ffff:127.0.0.1]:${portOf(world)}`),
  server('an address of this machine, behind NAT64', (world) => `http://[64:ff9b::127.0.0.1]:${portOf(world)}`),
  server('an address of this machine, unspecified', (world) => `http://0.0.0.0:${portOf(world)}`),
  server('a name of this machine', (world) => `http://localhost:${portOf(world)}`),
  server('digits of another alphabet', (world) => `http://①②⑦.0.0.1:${portOf(world)}`),
  server("a cloud's metadata service", () => 'http://169.254.169.254'),
  server("a cloud's metadata service over IPv6", () => 'http://[fd00:ec2::254]'),
  server('a private address', () => 'http://10.0.0.1:8200'),
  {
    name: 'network: another port of a host that is listed with its port',
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY)], rules: wide(world, ['127.0.0.1:1']) }),
    twin: listed,
    outcome: 'refused',
  },
  {
    name: 'network: a host of one rule for the store of another',
    trick: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      rules: [
        ...wide(world),
        {
          name: 'other',
          ...TEAM_A,
          stores: [{ ...vaultGrant(world.vault), facts: { server: [world.vault.url], path: ['other'] } }],
        },
      ],
    }),
    twin: listed,
    outcome: 'refused',
  },
  {
    name: 'network: a redirect to the attacker',
    trick: listed,
    twin: listed,
    outcome: 'failed',
    kind: 'Unavailable',
    before({ vault, evil }) {
      vault.control.redirectTarget = `http://${evil.host}/`
      vault.control.inject('redirect', 20)
    },
  },
]
