import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** AWS as ministack plays it: EventBridge and SQS beside Secrets Manager, which tells EventBridge of its own accord what has changed. */
export interface Ministack {
  readonly url: string
  /** One call of a service that speaks JSON (`AWSEvents.PutRule`). */
  call(target: string, input: object): Promise<Readonly<Record<string, unknown>>>
  stop(): Promise<void>
}

export const MINISTACK_ACCOUNT = '000000000000'

/** As who calls: it looks at the region alone. */
const AUTHORIZATION = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=writer/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
const SERVICES: Readonly<Record<string, string>> = { AWSEvents: 'events', AmazonSQS: 'sqs', secretsmanager: 'secretsmanager' }

export async function startMinistack(): Promise<Ministack> {
  const environment = await pythonEnvironment()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer(environment, {
    name: 'ministack',
    program: environment.python,
    words: ['-m', 'ministack'],
    // Without the port that it would open for other services.
    environment: { BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), IOT_MTLS_ENABLED: '0', HOME: '/nonexistent' },
    isReady: async () => (await fetch(`${url}/_ministack/health`)).ok,
  })
  return {
    url,
    async call(target, input) {
      const service = SERVICES[target.split('.')[0] ?? ''] ?? ''
      const headers = {
        'x-amz-target': target,
        'content-type': 'application/x-amz-json-1.1',
        authorization: AUTHORIZATION(service),
      }
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) })
      const said = await answer.text()
      if (!answer.ok) throw new Error(`ministack refuses ${target}: ${answer.status} ${said}`)
      return said === '' ? {} : (JSON.parse(said) as Record<string, unknown>)
    },
    stop: () => server.stop(),
  }
}
