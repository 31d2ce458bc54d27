import { type GeneratorFacts, keys, pullSecret } from './generator-facts.ts'

/** As Docker's configuration has a name and a password in one. */
const JOINED_LOGIN = '{"auth":"{{ .auth }}"}'
const JOINED = 'in base64, as `auths` of a `.dockerconfigjson` has it.'
const EXPIRY = keys('expiry', 'When the token ends, in seconds since 1970.')

/** Kinds that ask the API of a service. */
export const tokens: ReadonlyMap<string, GeneratorFacts> = new Map([
  [
    'CloudsmithAccessToken',
    {
      makes: 'A token of a service account of Cloudsmith.',
      needs:
        'an OpenID Connect provider in the organisation for the issuer of the cluster, with the claims of the ServiceAccount (`sub`) and the service account that it stands for. Give that service account read access to the repositories that are pulled',
      example: {
        name: 'pull',
        spec: {
          orgSlug: 'acme',
          serviceSlug: 'puller-x1y2',
          serviceAccountRef: { name: 'puller', audiences: ['https://api.cloudsmith.io'] },
        },
      },
      refreshInterval: '1h',
      target: pullSecret('docker.cloudsmith.io', JOINED_LOGIN),
      keys: [keys('auth', `\`token:TOKEN\` ${JOINED}`), EXPIRY],
    },
  ],
  [
    'GithubAccessToken',
    {
      makes: 'A token of a GitHub App.',
      needs:
        'a GitHub App that is installed in the organisation, and a private key of it. Give the app only the permissions that the token needs',
      example: {
        name: 'checkout',
        spec: {
          appID: '123456',
          installID: '7890123',
          repositories: ['app'],
          permissions: { contents: 'read' },
          auth: { privateKey: { secretRef: { name: 'github-app', key: 'private-key.pem' } } },
        },
      },
      refreshInterval: '30m',
      keys: [keys('token', 'The token. As a password for Git it goes with any user name.')],
      rules: [
        '`repositories` and `permissions` narrow the token further, and never widen it.',
        '`url` of a GitHub Enterprise Server is `https://HOST/api/v3`.',
      ],
      notes: ['GitHub ends the token after an hour.'],
    },
  ],
  [
    'GitlabDeployToken',
    {
      makes: 'A deploy token of GitLab.',
      needs:
        "an access token of a user, group or project with the scope `api` and the role Maintainer of the project, or Owner of the group. A project's own access token reaches no further than the project",
      example: {
        name: 'pull',
        spec: {
          url: 'https://gitlab.example.com',
          projectID: 'team-a/app',
          name: 'pull',
          scopes: ['read_registry'],
          auth: { token: { secretRef: { name: 'gitlab', key: 'token' } } },
        },
      },
      refreshInterval: '24h',
      target: pullSecret(
        'registry.gitlab.example.com',
        '{"username":"{{ .username }}","password":"{{ .token }}"}',
      ),
      keys: [
        keys('username', '`username` of the spec, or the name that GitLab chose.'),
        keys('token', 'The token.'),
      ],
      rules: ['Exactly one of `projectID` and `groupID`, each an id or a path.'],
      notes: [
        'Without `expiresAt` the token lasts until it is revoked: who renders on the command line revokes it by hand.',
      ],
    },
  ],
  [
    'Grafana',
    {
      makes: 'A token of a service account of Grafana.',
      needs:
        'the token of a service account (or a user with a password) that may make service accounts and their tokens: the permissions `serviceaccounts:read`, `serviceaccounts:create` and `serviceaccounts:write`, which the role Admin has. It cannot make an account with more rights than its own',
      example: {
        name: 'dashboards',
        spec: {
          url: 'https://grafana.example.com',
          auth: { token: { name: 'grafana-admin', key: 'token' } },
          serviceAccount: { name: 'team-a-dashboards', role: 'Viewer', secondsToLive: 86_400 },
        },
      },
      refreshInterval: '12h',
      keys: [keys('login', 'Login name of the service account.'), keys('token', 'The token.')],
      rules: ['`auth.basic` (`username`, `password`) takes the place of `auth.token`.'],
      notes: [
        'A service account of that name is used as it is, whatever its role; where there is none, one is made with `role`. It stays when its tokens go.',
        '`secondsToLive` ends a token that nobody deleted.',
      ],
    },
  ],
  [
    'QuayAccessToken',
    {
      makes: 'A token of a robot account of Quay.',
      needs:
        "a robot account whose federation names the issuer and the subject (`system:serviceaccount:NAMESPACE:NAME`) of the ServiceAccount's tokens. Give the robot account read access to the repositories that are pulled, and nothing else",
      example: {
        name: 'pull',
        spec: {
          url: 'quay.example.com',
          robotAccount: 'team-a+puller',
          serviceAccountRef: { name: 'puller', audiences: ['quay'] },
        },
      },
      refreshInterval: '30m',
      target: pullSecret('{{ .registry }}', JOINED_LOGIN),
      keys: [
        keys('registry', 'The host: `url` of the spec, or `quay.io`.'),
        keys('auth', `\`ROBOT:TOKEN\` ${JOINED}`),
        EXPIRY,
      ],
      notes: ['Quay is always asked by https.'],
    },
  ],
  [
    'Webhook',
    {
      makes: 'What a server answers, as JSON.',
      needs:
        'a server that answers a JSON object. What logs in there is in Secrets with the label `external-secrets.io/type: webhook`, by which their owner says that they may be sent',
      example: {
        name: 'session',
        spec: {
          url: 'https://vending.example.com/sessions',
          method: 'POST',
          headers: { Authorization: 'Bearer {{ .vending.token }}', 'Content-Type': 'application/json' },
          body: '{"team": "a"}',
          secrets: [{ name: 'vending', secretRef: { name: 'vending' } }],
          result: { jsonPath: '$.session' },
        },
      },
      refreshInterval: '1h',
      keys: [
        {
          names: [],
          value:
            'The members of the object that `result.jsonPath` finds, or of the whole answer without it: text as it is, everything else as JSON. A text that holds a JSON object is read as one.',
        },
      ],
      rules: [
        'The fields are those of the [store for webhooks](../providers/webhook.md), [login by NTLM](../providers/webhook.md#login-by-ntlm) included, but templates see Secrets alone: there is no `remoteRef`.',
        'Methods other than GET, HEAD, OPTIONS, PUT and DELETE are sent once.',
      ],
    },
  ],
])
