import { NtlmGate } from '../support/emulators/webhook/ntlm-gate.ts'
import { startWebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { openWebhook } from '../unit/providers/webhook/open-webhook.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

function start(form: 'text' | 'json'): () => Promise<Subject> {
  return async () => {
    const emulator = await startWebhookEmulator()
    return {
      put: async (key, bytes) => emulator.put(key, bytes),
      open: ({ refused, callTimeoutMs } = {}) =>
        openWebhook(
          {
            url: `${emulator.url}/${form}/{{ .remoteRef.key }}?version={{ .remoteRef.version }}`,
            headers: { Authorization: '{{ .login.authorization }}' },
            secrets: [{ name: 'login', secretRef: { name: 'webhook' } }],
            result: form === 'json' ? { jsonPath: '$.data.value' } : {},
          },
          {
            secrets: { 'webhook/authorization': refused ? 'Bearer somebody' : emulator.authorization },
            ...(callTimeoutMs !== undefined && { callTimeoutMs }),
          },
        ),
      calls: () => emulator.control.calls,
      inject: (fault, times) => emulator.control.inject(fault, times),
      reset: () => emulator.control.reset(),
      close: () => emulator.close(),
    }
  }
}

/** The same behind a login by NTLM, as many connections as it takes. */
async function startBehindNtlm(): Promise<Subject> {
  const gate = new NtlmGate()
  const emulator = await startWebhookEmulator(undefined, gate)
  const login = (key: string): { name: string; key: string } => ({ name: 'login', key })
  return {
    put: async (key, bytes) => emulator.put(key, bytes),
    open: ({ refused, callTimeoutMs } = {}) =>
      openWebhook(
        {
          url: `${emulator.url}/json/{{ .remoteRef.key }}?version={{ .remoteRef.version }}`,
          auth: { ntlm: { usernameSecret: login('user'), passwordSecret: login('password') } },
          result: { jsonPath: '$.data.value' },
        },
        {
          secrets: { 'login/user': 'MÜNCHEN\\jürgen', 'login/password': refused ? 'Pässwörd' : 'Pässwörd€😀' },
          ...(callTimeoutMs !== undefined && { callTimeoutMs }),
        },
      ),
    calls: () => emulator.control.calls,
    inject: (fault, times) => emulator.control.inject(fault, times),
    reset: () => emulator.control.reset(),
    close: () => emulator.close(),
  }
}

const limits: SubjectLimits = { batchSize: 1, binary: true, empty: true, wrongVersion: 'NotFound', refusedLook: 'ready' }

secretReaderContract('webhook, the answer itself', start('text'), limits)
secretReaderContract('webhook, what a JSONPath finds', start('json'), { ...limits, binary: false })
secretReaderFaults('webhook, what a JSONPath finds', start('json'), { ...limits, binary: false })
secretReaderContract('webhook, behind a login by NTLM', startBehindNtlm, { ...limits, binary: false })
secretReaderFaults('webhook, behind a login by NTLM', startBehindNtlm, { ...limits, binary: false })
