import { type GeneratorFacts, keys, pullSecret, USER_AND_PASSWORD } from './generator-facts.ts'

/** Kinds that log in to a cloud or to Vault as a store does. */
export const logins: ReadonlyMap<string, GeneratorFacts> = new Map([
  [
    'ACRAccessToken',
    {
      makes: 'A login to a registry of Azure.',
      needs:
        'an identity of Entra ID with the role `AcrPull` on the registry: an application with a client secret, the identity of the machine, or a ServiceAccount with a federated credential',
      example: {
        name: 'pull',
        spec: {
          registry: 'example.azurecr.io',
          tenantId: '11111111-2222-3333-4444-555555555555',
          scope: 'repository:team-a/app:pull',
          auth: { workloadIdentity: { serviceAccountRef: { name: 'puller' } } },
        },
      },
      refreshInterval: '1h',
      target: pullSecret('example.azurecr.io', USER_AND_PASSWORD),
      keys: [
        keys('username', '`00000000-0000-0000-0000-000000000000`, which says that the password is a token.'),
        keys('password', 'With `scope` an access token for it; without, a refresh token for all that the identity may.'),
      ],
      rules: [
        'A `scope` names one repository and what is done with it, without wildcards.',
        '`environmentType` picks a national cloud. `AzureStackCloud` is refused: the kind has no fields for the endpoints of an Azure Stack, so that the External Secrets Operator, which takes it, cannot log in either, and none is guessed from the registry, which must not say where the login goes.',
      ],
      notes: [
        'The ServiceAccount has the annotation `azure.workload.identity/client-id`; one for the tenant wins over `tenantId`.',
        'The registry is always asked by https.',
      ],
    },
  ],
  [
    'ECRAuthorizationToken',
    {
      makes: 'A login to Amazon ECR.',
      needs:
        "an identity of AWS with `ecr:GetAuthorizationToken` (it takes no resource but `*`). What can then be pulled is a matter of the identity's other rights: `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` on its repositories",
      example: {
        name: 'pull',
        spec: {
          region: 'eu-central-1',
          role: 'arn:aws:iam::123456789012:role/pull',
          auth: { jwt: { serviceAccountRef: { name: 'puller' } } },
        },
      },
      refreshInterval: '6h',
      target: pullSecret('{{ .proxy_endpoint | trimPrefix "https://" }}', USER_AND_PASSWORD),
      keys: [
        keys('username password', 'What Docker logs in with.'),
        keys('proxy_endpoint', 'URL of the registry; not with `scope: public`.'),
        keys('expires_at', 'When the login ends, in seconds since 1970.'),
      ],
      rules: [
        '`auth` is that of a [store for AWS](../providers/aws.md), but `secretRef` wins over `jwt`; without it the identity of the process asks.',
        '`scope: public` is for the public gallery: region `us-east-1`, and the rights `ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`.',
      ],
      notes: [
        'The login is good for twelve hours.',
        '`AWS_ECR_ENDPOINT` and `AWS_ECR_PUBLIC_ENDPOINT` in the environment of the process replace the addresses.',
      ],
    },
  ],
  [
    'GCRAccessToken',
    {
      makes: "A login to Google's registries.",
      needs:
        'an identity of Google, as a [store for Secret Manager](../providers/gcpsm.md) has it, with `roles/artifactregistry.reader` on the repositories that are pulled',
      example: {
        name: 'pull',
        spec: {
          projectID: 'my-project',
          auth: {
            workloadIdentity: {
              serviceAccountRef: { name: 'puller' },
              clusterLocation: 'europe-west1',
              clusterName: 'production',
            },
          },
        },
      },
      refreshInterval: '30m',
      target: pullSecret('europe-west1-docker.pkg.dev', USER_AND_PASSWORD),
      keys: [
        keys('username', '`oauth2accesstoken`.'),
        keys('password', 'The token.'),
        keys('expiry', 'When it ends, in seconds since 1970.'),
      ],
      rules: [
        '`auth` is `secretRef`, `workloadIdentity` or `workloadIdentityFederation`; an empty one means Application Default Credentials of the process.',
        'Other than a store, `secretRef` asks Google for a token, since a registry does not take what the key signs by itself.',
      ],
      notes: [
        'The token is good for whatever the identity may do, for an hour: take an identity of its own, which may do nothing else.',
      ],
    },
  ],
  [
    'STSSessionToken',
    {
      makes: 'A session of an IAM user.',
      needs: 'the keys of an IAM user. No right is needed for the call, and the session has the rights of the user',
      example: {
        name: 'session',
        spec: {
          region: 'eu-central-1',
          auth: {
            secretRef: {
              accessKeyIDSecretRef: { name: 'aws', key: 'access-key-id' },
              secretAccessKeySecretRef: { name: 'aws', key: 'secret-access-key' },
            },
          },
          requestParameters: { sessionDuration: 3600 },
        },
      },
      refreshInterval: '30m',
      keys: [
        keys('access_key_id secret_access_key session_token', 'The keys of the session.'),
        keys('expiration', 'When it ends, in seconds since 1970.'),
      ],
      rules: [
        'AWS gives no session to a role or to another session, so `jwt` is refused and `role` fails.',
        '`requestParameters` may also name an MFA device: `serialNumber` and the `tokenCode` that it shows.',
      ],
    },
  ],
  [
    'VaultDynamicSecret',
    {
      makes: 'What a secrets engine of Vault or OpenBao makes: logins of databases, certificates, keys of clouds.',
      needs:
        'a login, as a [store for Vault](../providers/vault.md) has it, whose policy allows the one path with the one capability: `read` for GET, `list` for LIST, `delete` for DELETE, `update` for everything else',
      example: {
        name: 'certificate',
        spec: {
          provider: {
            server: 'https://vault.example.com:8200',
            auth: { kubernetes: { role: 'team-a', serviceAccountRef: { name: 'app' } } },
          },
          path: 'pki/issue/web',
          method: 'POST',
          parameters: { common_name: 'web.example.com' },
        },
      },
      refreshInterval: '12h',
      target: {
        template: {
          type: 'kubernetes.io/tls',
          data: { 'tls.crt': '{{ .certificate }}', 'tls.key': '{{ .private_key }}' },
        },
      },
      keys: [keys('certificate private_key', 'The fields of the answer, here those of a PKI: text as it is, everything else as JSON.')],
      rules: [
        '`path` and `version` of `provider` mean nothing here: `path` of the spec is the whole path, mount included.',
        '`method` is `GET` (also without it), `LIST` or `DELETE`; every other word writes `parameters`. `getParameters` is the query of a GET.',
        'Without `retrySettings` the call is made once: what an engine made may last, also when its answer is lost.',
      ],
      notes: [
        'A login of a database needs no more than `path: database/creds/reader`.',
        'The token of the login is not revoked, since everything that it was given would end with it. Give the role a TTL that is longer than the leases.',
        'One with `controller: CLASS` of another class is left to that controller, and so is the ExternalSecret.',
      ],
    },
  ],
])
