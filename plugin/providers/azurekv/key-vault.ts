import type { KeyVaultApi } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import type { ObjectRef } from './object-ref.ts'

/** The objects of one vault. Each of the SDK's clients is loaded when the first reference needs it. */
export class KeyVault implements KeyVaultApi {
  readonly #apis = new Map<ObjectRef['type'], Promise<KeyVaultApi>>()
  readonly #vaultUrl: string
  readonly #send: SendToVault

  constructor(vaultUrl: string, send: SendToVault) {
    this.#vaultUrl = vaultUrl
    this.#send = send
  }

  async get(ref: ObjectRef, signal: AbortSignal): ReturnType<KeyVaultApi['get']> {
    return (await this.load(ref.type)).get(ref, signal)
  }

  /** Loads a client ahead of its first call. */
  load(type: ObjectRef['type']): Promise<KeyVaultApi> {
    const known = this.#apis.get(type) ?? this.#make(type)
    this.#apis.set(type, known)
    return known
  }

  async #make(type: ObjectRef['type']): Promise<KeyVaultApi> {
    if (type === 'secret') return (await import('./sdk.ts')).secretsApi(this.#vaultUrl, this.#send)
    if (type === 'key') return (await import('./sdk-keys.ts')).keysApi(this.#vaultUrl, this.#send)
    return (await import('./sdk-certificates.ts')).certificatesApi(this.#vaultUrl, this.#send)
  }
}
