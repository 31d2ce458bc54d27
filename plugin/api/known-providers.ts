/**
 * Every name that ESO knows under `spec.provider` (external-secrets.md 7.1 to 7.8, Appendix B); the spelling matters.
 * Which of them this program implements is for the registry of providers to say.
 */
export const knownProviders: ReadonlySet<string> = new Set([
  'akeyless',
  'aws',
  'azurekv',
  'barbican',
  'beyondtrust',
  'beyondtrustworkloadcredentials',
  'bitwardensecretsmanager',
  'chef',
  'cloudrusm',
  'conjur',
  'crd',
  'delinea',
  'doppler',
  'dvls',
  'fake',
  'fortanix',
  'gcpsm',
  'github',
  'gitlab',
  'ibm',
  'infisical',
  'keepersecurity',
  'kubernetes',
  'nebiusmysterybox',
  'ngrok',
  'onboardbase',
  'onepassword',
  'onepasswordSDK',
  'openBao',
  'oracle',
  'ovh',
  'passbolt',
  'passworddepot',
  'previder',
  'pulumi',
  'scaleway',
  'secretserver',
  'senhasegura',
  'vault',
  'volcengine',
  'webhook',
  'yandexcertificatemanager',
  'yandexlockbox',
])

/** Came after v1beta1, whose definitions do not name it: an API server drops it there. */
const NOT_IN_V1BETA1: ReadonlySet<string> = new Set([
  'barbican',
  'beyondtrustworkloadcredentials',
  'crd',
  'dvls',
  'nebiusmysterybox',
  'ngrok',
  'onepasswordSDK',
  'openBao',
  'ovh',
  'volcengine',
])

/** Went with v1beta1. */
export const RETIRED_PROVIDERS = ['alibaba', 'device42'] as const

/** The names under `spec.provider` of a store of v1beta1. */
export const providersOfV1beta1: ReadonlySet<string> = new Set([
  ...[...knownProviders].filter((id) => !NOT_IN_V1BETA1.has(id)),
  ...RETIRED_PROVIDERS,
])
