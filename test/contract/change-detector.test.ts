import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { systemRandom } from '../../plugin/model/random.ts'
import { fake } from '../../plugin/providers/fake/provider.ts'
import { type AwsEmulator, startAwsEmulator } from '../support/emulators/aws/aws-emulator.ts'
import { startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import { appRoleLogin } from '../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { detectAws, openAws } from '../unit/providers/aws/open-aws.ts'
import { detectServicePrincipal } from '../unit/providers/azurekv/open-store.ts'
import { detectStore, openStore } from '../unit/providers/gcpsm/open-store.ts'
import { credentialsOf, detectVault, openVault, type VaultSpec } from '../unit/providers/vault/open-vault.ts'
import { changeDetectorContract, changeDetectorFaults, type DetectionSubject } from './change-detector.contract.ts'

const UNKNOWN_KEY = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'unknown' }

type AwsWriter = Pick<DetectionSubject, 'put' | 'remove'>

async function startAws(service: string, writer: (emulator: AwsEmulator) => AwsWriter): Promise<DetectionSubject> {
  const emulator = await startAwsEmulator()
  const clock = new FakeClock(Date.now())
  const denied = ['secretsmanager:ListSecrets', 'secretsmanager:DescribeSecret', 'ssm:DescribeParameters']
  return {
    ...writer(emulator),
    async detect(identity) {
      emulator.allowAll()
      if (identity === 'blind') for (const action of denied) emulator.deny(action)
      return detectAws(emulator.url, { service }, { clock, ...(identity === 'refused' && { environment: UNKNOWN_KEY }) })
    },
    open: () => openAws(emulator.url, { service }),
    asked: () => emulator.control.asked,
    inject: (fault, times) => emulator.control.inject(fault, times),
    reset: () => emulator.control.reset(),
    close: () => emulator.close(),
  }
}

const secretsManager = (): Promise<DetectionSubject> =>
  startAws('SecretsManager', (emulator) => ({
    put: async (key, text) => emulator.putSecret(key, text),
    remove: async (key) => emulator.scheduleDeletion(key),
  }))

const parameterStore = (): Promise<DetectionSubject> =>
  startAws('ParameterStore', (emulator) => ({
    put: async (key, text) => emulator.putParameter(key, text, { type: 'SecureString' }),
    remove: async (key) => emulator.removeParameter(key),
  }))

async function keyVault(): Promise<DetectionSubject> {
  const azure = await startAzureEmulator()
  const clock = new FakeClock(Date.now())
  const id = azure.application.clientId
  return {
    put: async (key, text) => azure.putSecret(key, text),
    remove: async (key) => azure.contents.secrets.delete(key),
    async detect(identity) {
      if (identity === 'blind') azure.contents.blind.add(id)
      else azure.contents.blind.clear()
      const secret = { id, secret: identity === 'refused' ? 'not the secret' : azure.application.clientSecret }
      return detectServicePrincipal(azure, { secret, clock })
    },
    // Dates of Key Vault are whole seconds: the second of the last write is over, for the vault and for us.
    settle: () => {
      azure.contents.secrets.passTime(20)
      clock.advance(40_000)
    },
    asked: () => azure.control.asked,
    inject: (fault, times) => azure.control.inject(fault, times),
    reset: () => azure.control.reset(),
    close: () => azure.close(),
  }
}

async function secretManager(): Promise<DetectionSubject> {
  const gcp = await startGcpEmulator()
  const known = gcp.serviceAccountKey()
  const accessor = gcp.serviceAccountKey({ email: 'accessor@test-project.iam.gserviceaccount.com', roles: ['secretAccessor'] })
  const keys = { known, blind: accessor, refused: { ...known, private_key_id: 'of-nobody' } }
  const around = (identity: keyof typeof keys): Parameters<typeof openStore>[2] => ({
    key: keys[identity],
    clock: new FakeClock(Date.now()),
  })
  return {
    put: async (key, text) => gcp.putSecret(key, new TextEncoder().encode(text)),
    remove: async (key) => gcp.deleteSecret(key),
    detect: (identity) => detectStore(gcp, { projectID: gcp.project }, around(identity ?? 'known')),
    open: () => openStore(gcp, { projectID: gcp.project }, around('known')),
    asked: () => gcp.control.asked,
    inject: (fault, times) => gcp.control.inject(fault, times),
    reset: () => gcp.control.reset(),
    close: () => gcp.close(),
  }
}

async function vault(): Promise<DetectionSubject> {
  const emulator = await startVaultEmulator()
  const { root, control } = emulator
  const kv = root.enableKv2('secret')
  root.setPolicy('blind', { 'secret/data/*': ['read'] })
  const role = { roleId: 'contract', secretId: 'contract-secret-id' }
  const blind = { roleId: 'blind', secretId: 'blind-secret-id', policies: ['blind'] }
  root.enableLogin('approle', appRoleLogin({ contract: role, blind }))
  const spec = (roleId: string): VaultSpec => ({
    server: emulator.url,
    path: 'secret',
    auth: { appRole: { roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
  })
  const secrets = (secretId: string): { readonly secrets: Record<string, string> } => ({
    secrets: { 'vault/secret-id': secretId },
  })
  return {
    put: async (key, text) => kv.put(key, JSON.stringify({ text })),
    remove: async (key) => kv.softDelete(key),
    detect(identity) {
      if (identity === 'refused') return detectVault(spec('contract'), secrets('unknown'))
      return identity === 'blind'
        ? detectVault(spec('blind'), secrets(blind.secretId))
        : detectVault(spec('contract'), secrets(role.secretId))
    },
    open: () => openVault(spec('contract'), secrets(role.secretId)),
    asked: () => control.asked,
    inject: (fault, times) => control.inject(fault, times),
    reset: () => control.reset(),
    close: () => emulator.close(),
  }
}

async function values(): Promise<DetectionSubject> {
  const data: { key: string; value: string }[] = []
  const context = {
    credentials: credentialsOf({}),
    environment: new Map<string, string>(),
    store: { kind: 'SecretStore', name: 'fake', namespace: 'default' } as const,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: 60_000,
    concurrency: 32,
  }
  return {
    put: async (key, value) => data.push({ key, value }),
    async remove(key) {
      for (let place = data.length - 1; place >= 0; place--) if (data[place]?.key === key) data.splice(place, 1)
    },
    async detect() {
      const detector = await fake.detect?.({ data }, context)
      assert.ok(detector)
      return detector
    },
    open: () => fake.open({ data }, context),
    reset: () => undefined,
    close: async () => undefined,
  }
}

changeDetectorContract('aws SecretsManager, emulator', secretsManager, { callsFor1000: 10, valueCall: /GetSecretValue/ })
changeDetectorContract('aws ParameterStore, emulator', parameterStore, { callsFor1000: 20, valueCall: /GetParameter/ })
changeDetectorContract('azurekv, emulator', keyVault, { callsFor1000: 41, valueCall: /\/secrets\/[^/?]+(\/[0-9a-f]{32})?\/?\?/ })
changeDetectorContract('gcpsm, emulator', secretManager, { callsFor1000: 1_000, valueCall: /:access/ })
changeDetectorContract('vault KV version 2, emulator', vault, { callsFor1000: 1_000, valueCall: /\/secret\/data\// })
changeDetectorContract('fake', values, { callsFor1000: 0, rights: false, times: false })

changeDetectorFaults('aws SecretsManager, emulator', secretsManager)
changeDetectorFaults('aws ParameterStore, emulator', parameterStore)
changeDetectorFaults('azurekv, emulator', keyVault)
changeDetectorFaults('gcpsm, emulator', secretManager)
changeDetectorFaults('vault KV version 2, emulator', vault)

test('vault KV version 1 has no versions: everything is to be read, and nothing is asked', async () => {
  const emulator = await startVaultEmulator()
  emulator.root.enableKv1('kv').put('present', '{"text":"v1"}')
  const detector = await detectVault(
    { server: emulator.url, path: 'kv', version: 'v1', auth: { tokenSecretRef: { name: 'vault', key: 'token' } } },
    { secrets: { 'vault/token': emulator.rootToken } },
  )
  const outcomes = await detector.versions([{ key: 'present' }, { key: 'absent' }], AbortSignal.timeout(5_000))
  assert.deepEqual(outcomes, [{ state: 'unknown' }, { state: 'unknown' }])
  assert.equal(emulator.control.calls + emulator.control.logins, 0)
  await detector.close()
  await emulator.close()
})
