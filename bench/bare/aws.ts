import { BatchGetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

const client = new SecretsManagerClient({
  region: 'us-east-1',
  ...(process.env['AWS_ENDPOINT_URL'] && { endpoint: process.env['AWS_ENDPOINT_URL'] }),
  credentials: {
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  },
})
const answer = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['cold'] }))
process.stdout.write(answer.SecretValues?.[0]?.SecretString ?? '')
client.destroy()
