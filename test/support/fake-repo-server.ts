import { createHash } from 'node:crypto'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import protobuf from 'protobufjs/minimal.js'
import { type TarEntry, tarGz } from './tar-writer.ts'

/** What repo-server sends to a plugin (argocd.md 2.1), and how a test wants it broken. */
export interface PluginUpload {
  readonly path: string
  readonly environment: Readonly<Record<string, string>>
  readonly files: readonly TarEntry[]
  readonly checksum?: string
  readonly parts?: 'whole' | 'without metadata' | 'metadata twice' | 'half of the archive'
  readonly deadlineMs?: number
  /** Cancels the call once everything has been sent. */
  readonly cancel?: true
}

const SERVICE = '/plugin.ConfigManagementPluginService'
/** Argo CD's default, `ARGOCD_CMP_CHUNK_SIZE`. */
const CHUNK = 1024

const same = (bytes: Buffer): Buffer => bytes

/** Calls the plugin's socket as repo-server does: one connection a call. Rejects with gRPC's ServiceError. */
export function callPlugin(socket: string, method: string, upload?: PluginUpload): Promise<Buffer> {
  const client = new Client(`unix:${socket}`, credentials.createInsecure())
  const options = { deadline: Date.now() + (upload?.deadlineMs ?? 30_000) }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const done = (error: ServiceError | null, answer?: Buffer): void => {
    client.close()
    if (error) reject(error)
    else resolve(answer ?? Buffer.alloc(0))
  }
  if (!upload) client.makeUnaryRequest(`${SERVICE}/${method}`, same, same, Buffer.alloc(0), options, done)
  else {
    const call = client.makeClientStreamRequest(`${SERVICE}/${method}`, same, same, options, done)
    for (const message of messagesOf(upload)) call.write(message)
    if (upload.cancel) call.cancel()
    else call.end()
  }
  return promise
}

/** The manifests of a `ManifestResponse`. */
export function manifestsOf(answer: Buffer): readonly unknown[] {
  const reader = protobuf.Reader.create(answer)
  const manifests: unknown[] = []
  while (reader.pos < reader.len) {
    if (reader.uint32() === 10) manifests.push(JSON.parse(reader.string()))
    else reader.skipType(2)
  }
  return manifests
}

function messagesOf({ path, environment, files, checksum, parts = 'whole' }: PluginUpload): readonly Buffer[] {
  const whole = tarGz(files)
  const sent = parts === 'half of the archive' ? whole.subarray(0, whole.byteLength / 2) : whole
  const metadata = metadataMessage(
    path,
    checksum ?? createHash('sha256').update(sent).digest('hex'),
    sent.byteLength,
    environment,
  )
  const chunks = Array.from({ length: Math.ceil(sent.byteLength / CHUNK) }, (_, index) =>
    chunkMessage(sent.subarray(index * CHUNK, (index + 1) * CHUNK)),
  )
  if (parts === 'without metadata') return chunks
  return parts === 'metadata twice' ? [metadata, metadata, ...chunks] : [metadata, ...chunks]
}

function metadataMessage(path: string, checksum: string, size: number, environment: Readonly<Record<string, string>>): Buffer {
  const writer = protobuf.Writer.create().uint32(10).fork()
  writer.uint32(10).string('app').uint32(18).string(path).uint32(26).string(checksum).uint32(32).int64(size)
  for (const [name, value] of Object.entries(environment)) {
    writer.uint32(42).fork().uint32(10).string(name).uint32(18).string(value).ldelim()
  }
  return Buffer.from(writer.ldelim().finish())
}

function chunkMessage(bytes: Uint8Array): Buffer {
  return Buffer.from(protobuf.Writer.create().uint32(18).fork().uint32(10).bytes(bytes).ldelim().finish())
}
