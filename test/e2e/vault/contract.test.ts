import { type ListingSubject, secretListerContract } from '../../contract/secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract } from '../../contract/secret-reader.contract.ts'
import { openVault } from '../../unit/providers/vault/open-vault.ts'
import { appRoleOf } from '../servers/app-role.ts'
import { startOpenBao } from '../servers/openbao.ts'

/** The development server mounts KV version 2 there; version 1 is mounted beside it. */
const MOUNTS = { v1: 'kv', v2: 'secret' } as const

function start(version: 'v1' | 'v2'): () => Promise<Subject> {
  return async () => {
    const bao = await startOpenBao()
    const mount = MOUNTS[version]
    if (version === 'v1') await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } })
    const role = await appRoleOf(bao, `path "${mount}/*" { capabilities = ["read"] }`)
    return {
      async put(key, bytes) {
        const fields = JSON.parse(new TextDecoder().decode(bytes)) as object
        if (version === 'v1') {
          await bao.call('POST', `${mount}/${key}`, fields)
          return ''
        }
        const { data } = await bao.call('POST', `${mount}/data/${key}`, { data: fields })
        return String(data?.['version'])
      },
      open: ({ refused, callTimeoutMs } = {}) =>
        openVault(
          {
            server: bao.url,
            path: mount,
            version,
            auth: { appRole: { roleId: role.roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
          },
          {
            secrets: { 'vault/secret-id': refused ? 'unknown' : role.secretId },
            ...(callTimeoutMs !== undefined && { callTimeoutMs }),
          },
        ),
      reset: () => {},
      close: () => bao.stop(),
    }
  }
}

function startListing(version: 'v1' | 'v2'): () => Promise<ListingSubject> {
  return async () => {
    const bao = await startOpenBao()
    const mount = MOUNTS[version]
    if (version === 'v1') await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } })
    const role = await appRoleOf(bao, `path "${mount}/*" { capabilities = ["read", "list"] }`)
    return {
      async put(name, tags) {
        if (version === 'v1') await bao.call('POST', `${mount}/${name}`, { is: name })
        else await bao.call('POST', `${mount}/data/${name}`, { data: { is: name } })
        if (version === 'v2' && tags) await bao.call('POST', `${mount}/metadata/${name}`, { custom_metadata: tags })
      },
      open: () =>
        openVault(
          {
            server: bao.url,
            path: mount,
            version,
            auth: { appRole: { roleId: role.roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
          },
          { secrets: { 'vault/secret-id': role.secretId } },
        ),
      close: () => bao.stop(),
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

secretReaderContract('vault KV version 2 on OpenBao', start('v2'), limits)
secretReaderContract('vault KV version 1 on OpenBao', start('v1'), { ...limits, versions: false })
secretListerContract('vault KV version 2 on OpenBao', startListing('v2'), { tags: true, folder: 'app/' })
secretListerContract('vault KV version 1 on OpenBao', startListing('v1'), { tags: false, folder: 'app/' })
