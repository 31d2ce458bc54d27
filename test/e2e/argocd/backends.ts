import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type Moto, startMoto } from '../servers/moto.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startTcpRelay, type TcpRelay } from '../servers/tcp-relay.ts'

/** OpenBao as the daemons reach it: by a relay, which can take it away. */
export interface Vault {
  /** URL of the relay. */
  readonly url: string
  readonly token: string
  /** Writes a new version of a secret of the mount `secret`. */
  put(key: string, properties: Readonly<Record<string, string>>): Promise<void>
  /** From now on connections are refused, and those that are open are cut. */
  takeAway(): void
  bringBack(): void
  stop(): Promise<void>
}

export async function startVault(): Promise<Vault> {
  const bao = await startOpenBao()
  const { host } = new URL(bao.url)
  const relay = await startTcpRelay([host])
  return { ...vaultOf(bao, relay, host), stop: async () => void (await Promise.all([relay.stop(), bao.stop()])) }
}

function vaultOf(bao: OpenBao, relay: TcpRelay, host: string): Omit<Vault, 'stop'> {
  return {
    url: `http://${relay.address}`,
    token: bao.rootToken,
    put: async (key, data) => void (await bao.call('POST', `secret/data/${key}`, { data })),
    takeAway: () => relay.lead([]),
    bringBack: () => relay.lead([host]),
  }
}

/** moto's Secrets Manager in us-east-1. */
export interface SecretsManager {
  readonly url: string
  create(name: string, value: string): Promise<void>
  stop(): Promise<void>
}

export async function startSecretsManager(): Promise<SecretsManager> {
  const moto: Moto = await startMoto()
  const credentials = { accessKeyId: 'writer', secretAccessKey: 'writer' }
  const client = new SecretsManagerClient({ region: 'us-east-1', endpoint: moto.url, credentials })
  return {
    url: moto.url,
    create: async (name, value) => void (await client.send(new CreateSecretCommand({ Name: name, SecretString: value }))),
    async stop() {
      client.destroy()
      await moto.stop()
    },
  }
}
