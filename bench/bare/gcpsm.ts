import { SecretManagerServiceClient } from '@google-cloud/secret-manager'

const { hostname, port } = new URL(process.env['ENDPOINT'] ?? '')
const client = new SecretManagerServiceClient({
  fallback: true,
  apiEndpoint: hostname,
  port: Number(port),
  protocol: 'http',
  projectId: 'demo-project',
})
const [answer] = await client.accessSecretVersion({ name: 'projects/demo-project/secrets/cold/versions/latest' })
process.stdout.write(Buffer.from(answer.payload?.data ?? ''))
