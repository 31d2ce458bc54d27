import { createHash } from 'node:crypto'
import { createGunzip } from 'node:zlib'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import type { Checkout } from './checkout.ts'
import { readUploadPart, type UploadMetadata, type UploadPart } from './plugin-messages.ts'
import { type CheckoutLimits, TarReader } from './tar-reader.ts'
import type { UploadShare } from './upload-space.ts'

/** An uploaded repository, checked against its checksum. */
export interface Upload {
  readonly metadata: UploadMetadata
  readonly checkout: Checkout
}

/** How much may come, and when it is over. */
export interface UploadBounds {
  readonly limits: CheckoutLimits
  readonly share: UploadShare
  /** Its reason is what is thrown. */
  readonly signal: AbortSignal
}

/** Messages come in pieces of 1 KiB by default; an uncompressed checkout has no more than this of compressed bytes. */
const MAX_COMPRESSED_BYTES = 256 * 1024 * 1024

/**
 * Takes the messages of one upload as they come: metadata, then the pieces of a `tar.gz`, unpacked on the way and never on a disk.
 * Throws SecretError InvalidSpec for a wrong checksum, for messages out of order, and as {@link TarReader} does.
 */
export async function receiveUpload(messages: AsyncIterable<Uint8Array>, bounds: UploadBounds): Promise<Upload> {
  let metadata: UploadMetadata | undefined
  const hash = createHash('sha256')
  const unpacking = new Unpacking(bounds)
  let size = 0
  try {
    for await (const message of messages) {
      const part = partOf(message)
      if (part.kind === 'metadata') {
        if (metadata) throw damaged()
        metadata = part.metadata
      } else if (part.kind === 'chunk') {
        if (!metadata) throw damaged()
        size += part.bytes.byteLength
        if (size > MAX_COMPRESSED_BYTES) throw damaged()
        hash.update(part.bytes)
        await unpacking.write(part.bytes)
      }
    }
    if (!metadata) throw damaged()
    const checkout = await unpacking.end()
    if (hash.digest('hex') !== metadata.checksum.toLowerCase()) throw damaged()
    return { metadata, checkout }
  } finally {
    unpacking.close()
  }
}

function partOf(message: Uint8Array): UploadPart {
  try {
    return readUploadPart(message)
  } catch {
    throw damaged()
  }
}

/** gunzip and tar, one behind the other, with the pace of the slower. */
class Unpacking {
  readonly #gunzip = createGunzip()
  readonly #tar: TarReader
  readonly #done: Promise<void>
  #failure: SecretError | undefined

  constructor(bounds: UploadBounds) {
    this.#tar = new TarReader(bounds.limits)
    this.#done = this.#unpack(bounds).catch((thrown: unknown) => {
      this.#failure = thrown instanceof SecretError ? thrown : isOfZlib(thrown) ? damaged() : asSecretError(thrown)
      this.#gunzip.destroy()
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure
    if (this.#gunzip.write(bytes)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gunzip.once('drain', resolve)
    await Promise.race([promise, this.#done])
    if (this.#failure) throw this.#failure
  }

  async end(): Promise<Checkout> {
    this.#gunzip.end()
    await this.#done
    if (this.#failure) throw this.#failure
    return this.#tar.checkout
  }

  close(): void {
    this.#gunzip.destroy()
  }

  async #unpack({ share, signal }: UploadBounds): Promise<void> {
    const pieces: AsyncIterable<Buffer> = this.#gunzip
    for await (const piece of pieces) {
      await share.take(piece.byteLength, signal)
      this.#tar.push(piece)
    }
    this.#tar.end()
  }
}

function isOfZlib(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_')
}

function damaged(): SecretError {
  return new SecretError('InvalidSpec', 'the upload of the repository is damaged', {
    remedy: 'refresh the application; if it stays so, report it',
  })
}
