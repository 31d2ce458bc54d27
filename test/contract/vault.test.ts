import { appRoleLogin } from '../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { openVault } from '../unit/providers/vault/open-vault.ts'
import { secretListerContract } from './secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

const ROLE = { roleId: 'contract', secretId: 'contract-secret-id' }

function start(version: 'v1' | 'v2'): () => Promise<Subject> {
  return async () => {
    const emulator = await startVaultEmulator()
    const { root, control } = emulator
    const v1 = root.enableKv1('kv')
    const v2 = root.enableKv2('secret')
    root.enableLogin('approle', appRoleLogin({ contract: ROLE }))
    return {
      async put(key, bytes) {
        const json = new TextDecoder().decode(bytes)
        if (version === 'v2') return String(v2.put(key, json))
        v1.put(key, json)
        return ''
      },
      open: ({ refused, callTimeoutMs } = {}) =>
        openVault(
          {
            server: emulator.url,
            path: version === 'v1' ? 'kv' : 'secret',
            version,
            auth: { appRole: { roleId: ROLE.roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
          },
          {
            secrets: { 'vault/secret-id': refused ? 'unknown' : ROLE.secretId },
            ...(callTimeoutMs !== undefined && { callTimeoutMs }),
          },
        ),
      calls: () => control.calls,
      inject: (fault, times) => control.inject(fault, times),
      reset: () => control.reset(),
      close: () => emulator.close(),
    }
  }
}

const limits: SubjectLimits = {
  batchSize: 1,
  binary: false,
  empty: false,
  wrongVersion: 'NotFound',
  wrap: (text) => JSON.stringify({ text }),
}

secretReaderContract('vault KV version 2 on the emulator', start('v2'), limits)
secretReaderFaults('vault KV version 2 on the emulator', start('v2'), limits)
secretReaderContract('vault KV version 1 on the emulator', start('v1'), { ...limits, versions: false })
secretReaderFaults('vault KV version 1 on the emulator', start('v1'), { ...limits, versions: false })

function startListing(version: 'v1' | 'v2') {
  return async () => {
    const emulator = await startVaultEmulator()
    const v1 = emulator.root.enableKv1('kv')
    const v2 = emulator.root.enableKv2('secret')
    emulator.root.enableLogin('approle', appRoleLogin({ contract: ROLE }))
    let seen = 0
    return {
      put(name: string, tags?: Readonly<Record<string, string>>) {
        if (version === 'v1') v1.put(name, '{}')
        else v2.put(name, '{}')
        if (version === 'v2' && tags) v2.setCustomMetadata(name, tags)
      },
      open: () =>
        openVault(
          {
            server: emulator.url,
            path: version === 'v1' ? 'kv' : 'secret',
            version,
            auth: { appRole: { roleId: ROLE.roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
          },
          { secrets: { 'vault/secret-id': ROLE.secretId } },
        ),
      callsSince() {
        const calls = emulator.control.calls - seen
        seen = emulator.control.calls
        return calls
      },
      close: () => emulator.close(),
    }
  }
}

/** The root of the engine and one folder. */
const pagesOf = (): number => 2

secretListerContract('vault KV version 2 on the emulator', startListing('v2'), { tags: true, folder: 'app/', pagesOf })
secretListerContract('vault KV version 1 on the emulator', startListing('v1'), { tags: false, folder: 'app/', pagesOf })
