import { ClientSecretCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'

const { TENANT = '', CLIENT_ID = '', CLIENT_SECRET = '', AUTHORITY = '', VAULT = '' } = process.env
const credential = new ClientSecretCredential(TENANT, CLIENT_ID, CLIENT_SECRET, {
  authorityHost: AUTHORITY,
  disableInstanceDiscovery: true,
})
const secret = await new SecretClient(VAULT, credential, { disableChallengeResourceVerification: true }).getSecret('cold')
process.stdout.write(secret.value ?? '')
