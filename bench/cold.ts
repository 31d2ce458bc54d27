import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startAwsEmulator, TEST_KEY } from '../test/support/emulators/aws/aws-emulator.ts'
import { startAzureEmulator } from '../test/support/emulators/azure/start-azure-emulator.ts'
import { NODE_ACCOUNT, startGcpEmulator } from '../test/support/emulators/gcp/gcp-emulator.ts'
import { testCaFile } from '../test/support/emulators/tls/test-tls.ts'
import { EXTRA_RUNS, measureInTurn } from './measure.ts'
import type { Row } from './row.ts'
import { startVaultServer } from './servers.ts'
import { AWS_STORE, vaultStore } from './workloads.ts'

const LATENCY_MS = 20

/** One backend with one secret named `cold`, and how the program and the bare script find it. */
interface ColdBackend {
  readonly store: string
  readonly environment: Readonly<Record<string, string>>
  readonly bareEnvironment: Readonly<Record<string, string>>
  calls(): number
  close(): Promise<void>
}

const STARTS: Readonly<Record<string, () => Promise<ColdBackend>>> = { aws, azurekv, gcpsm, vault }

export const COLD_PROVIDERS = Object.keys(STARTS)

/** The first `generate` of one reference, against a bare script that imports the provider's SDK, bundled in the same way, and makes the same calls. */
export async function coldRow(provider: string, main: string, bare: string, folder: string, runs: number): Promise<Row> {
  const start = STARTS[provider]
  if (!start) throw new Error(`no provider ${provider}`)
  const backend = await start()
  try {
    const file = path.join(folder, `cold-${provider}.yaml`)
    await writeFile(file, `${backend.store}---\n${externalSecret()}`)
    const ours = { words: [main, 'generate', file], environment: backend.environment }
    const [measured, reference] = await measureInTurn(
      [ours, { words: [bare, provider], environment: backend.bareEnvironment }],
      runs,
    )
    return {
      name: `cold-${provider}`,
      wallMs: measured.wallMs,
      referenceMs: reference.wallMs,
      reference: 'bare script',
      calls: backend.calls() / (2 * (runs + EXTRA_RUNS)),
      peakRssMiB: measured.peakRssMiB,
    }
  } finally {
    await backend.close()
  }
}

function externalSecret(): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: cold, namespace: bench}
spec:
  secretStoreRef: {name: store}
  data:
    - secretKey: value
      remoteRef: {key: cold}
`
}

async function aws(): Promise<ColdBackend> {
  const server = await startAwsEmulator()
  server.control.latencyMs = LATENCY_MS
  server.putSecret('cold', '{"a":"b"}')
  const environment = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  return {
    store: AWS_STORE,
    environment,
    bareEnvironment: environment,
    calls: () => server.control.calls,
    close: () => server.close(),
  }
}

async function azurekv(): Promise<ColdBackend> {
  const server = await startAzureEmulator()
  server.control.latencyMs = LATENCY_MS
  server.putSecret('cold', 'value')
  const { clientId, clientSecret } = server.application
  const tls = { NODE_EXTRA_CA_CERTS: testCaFile() }
  return {
    store: azureStore(server.vaultUrl, server.tenantId, clientId, clientSecret),
    environment: { ...tls, AZURE_AUTHORITY_HOST: server.authorityHost },
    bareEnvironment: {
      ...tls,
      TENANT: server.tenantId,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      AUTHORITY: server.authorityHost,
      VAULT: server.vaultUrl,
    },
    calls: () => server.control.calls,
    close: () => server.close(),
  }
}

function azureStore(vaultUrl: string, tenantId: string, clientId: string, clientSecret: string): string {
  return `apiVersion: v1
kind: Secret
metadata: {name: principal, namespace: bench}
stringData: {id: ${clientId}, secret: ${clientSecret}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store, namespace: bench}
spec:
  provider:
    azurekv:
      vaultUrl: ${vaultUrl}
      tenantId: ${tenantId}
      authSecretRef:
        clientId: {name: principal, key: id}
        clientSecret: {name: principal, key: secret}
`
}

async function gcpsm(): Promise<ColdBackend> {
  const server = await startGcpEmulator({ project: 'demo-project' })
  server.control.latencyMs = LATENCY_MS
  server.grant(NODE_ACCOUNT, 'secretAccessor')
  server.putSecret('cold', new TextEncoder().encode('value'))
  const metadata = { GCE_METADATA_HOST: new URL(server.url).host }
  return {
    store:
      'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: store, namespace: bench}\nspec: {provider: {gcpsm: {projectID: demo-project}}}\n',
    environment: { ...metadata, GCPSM_ENDPOINT: server.url },
    bareEnvironment: { ...metadata, METADATA_SERVER_DETECTION: 'assume-present', ENDPOINT: server.url },
    calls: () => server.control.calls,
    close: () => server.close(),
  }
}

async function vault(): Promise<ColdBackend> {
  const server = await startVaultServer()
  server.latencyMs = LATENCY_MS
  return {
    store: vaultStore(server.url),
    environment: {},
    bareEnvironment: { VAULT: server.url },
    calls: () => server.calls,
    close: () => server.close(),
  }
}
