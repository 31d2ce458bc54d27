/** What the reference says of a kind of generator beyond its schema. Its page, its example and its line in the index are made of it. */
export interface GeneratorFacts {
  /** One sentence. */
  readonly makes: string
  /** What there has to be before it can work: identities and their least rights. */
  readonly needs?: string
  /** Of the example: the name of the generator, and what its spec says. */
  readonly example: { readonly name: string; readonly spec: object }
  /** How often the ExternalSecret of the example asks; derived and constant kinds need to be asked once. */
  readonly refreshInterval?: string
  /** What the ExternalSecret of the example makes of the values. */
  readonly target?: object
  /** The keys that the example gives. */
  readonly keys: readonly KeyFact[]
  /** What a spec has to keep to beyond its fields. */
  readonly rules?: readonly string[]
  /** Sentences under "Working with". */
  readonly notes?: readonly string[]
}

/** Keys with one meaning; no names where another party chooses them. */
export interface KeyFact {
  readonly names: readonly string[]
  readonly value: string
}

/** Keys with one meaning. */
export function keys(names: string, value: string): KeyFact {
  return { names: names.split(' '), value }
}

/** A Secret that Docker's clients log in with, by `auths` of the registry. */
export function pullSecret(registry: string, login: string): object {
  return {
    template: {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': `{"auths":{"${registry}":${login}}}` },
    },
  }
}

/** As Docker's configuration has a login. */
export const USER_AND_PASSWORD = '{"username":"{{ .username }}","password":"{{ .password }}"}'
