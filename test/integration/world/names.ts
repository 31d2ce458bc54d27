/** Of the ExternalSecrets: two may make one Secret, in which the keys of each end with its name. */
export const OBJECTS = ['e1', 'e2', 'e3'] as const
export const NAMESPACES = ['shop', 'bank'] as const
/** Of the Secret that several ExternalSecrets make. */
export const SHARED_TARGET = 'shared'
/** At the provider; each has the members `a` and `b`. */
export const KEYS = ['k1', 'k2', 'k3'] as const
/** Nobody takes it away: a folder of Vault that is empty is none. */
export const LASTING_KEY = 'lasting'
/** A SecretStore of each namespace that reads from Vault, one with its values in itself, and a ClusterSecretStore that reads from Vault. */
export const VAULT_STORE = 'vault'
export const WRITTEN_STORE = 'written'
export const CLUSTER_STORE = 'everyone'
/** The ConfigMap with a template. */
export const TEMPLATES = 'templates'
/** The Secret with the token of a store. */
export const LOGIN = 'login'
/** Where the ClusterSecretStore has its login. */
export const STORES_NAMESPACE = 'stores'
/** The ClusterExternalSecret, and what it makes. */
export const EVERYWHERE = 'everywhere'
