import protobuf from 'protobufjs/minimal.js'

/** What a request begins with (argocd.md 2.1, `ManifestRequestMetadata`). */
export interface UploadMetadata {
  /** Of the application, from the root of the upload. */
  readonly path: string
  /** Hex SHA-256 of the compressed upload. */
  readonly checksum: string
  readonly environment: ReadonlyMap<string, string>
}

/** One message of an upload: `metadata` first, then chunks. */
export type UploadPart =
  | { readonly kind: 'metadata'; readonly metadata: UploadMetadata }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'nothing' }

/** `repository.ParameterAnnouncement`, as far as plugin.yaml announces it. */
export interface ParameterAnnouncement {
  readonly name: string
  readonly title?: string
  readonly tooltip?: string
  readonly required?: boolean
  readonly itemType?: string
  readonly collectionType?: string
  readonly string?: string
  readonly array?: readonly string[]
  readonly map?: Readonly<Record<string, string>>
}

/** The wire definition of `plugin.ConfigManagementPluginService` by field numbers (argocd.md 2.1, additive since Argo CD 2.4). */
const UPLOAD = { metadata: 1, file: 2 }
const METADATA = { appRelPath: 2, checksum: 3, env: 5 }
const LENGTH_DELIMITED = 2

/** Throws for bytes that are no such message. */
export function readUploadPart(bytes: Uint8Array): UploadPart {
  let part: UploadPart = { kind: 'nothing' }
  for (const [field, value] of delimitedFields(bytes)) {
    if (field === UPLOAD.metadata) part = { kind: 'metadata', metadata: readMetadata(value) }
    if (field === UPLOAD.file)
      part = { kind: 'chunk', bytes: delimitedFields(value).findLast(([number]) => number === 1)?.[1] ?? new Uint8Array() }
  }
  return part
}

function readMetadata(bytes: Uint8Array): UploadMetadata {
  const environment = new Map<string, string>()
  let path = ''
  let checksum = ''
  for (const [field, value] of delimitedFields(bytes)) {
    if (field === METADATA.appRelPath) path = text(value)
    if (field === METADATA.checksum) checksum = text(value)
    if (field === METADATA.env) {
      const entry = new Map(delimitedFields(value))
      environment.set(text(entry.get(1)), text(entry.get(2)))
    }
  }
  return { path, checksum, environment }
}

/** The fields of a message that hold bytes, texts or messages; numbers are skipped. */
function delimitedFields(bytes: Uint8Array): readonly (readonly [number, Uint8Array])[] {
  const reader = protobuf.Reader.create(bytes)
  const fields: (readonly [number, Uint8Array])[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if ((tag & 7) === LENGTH_DELIMITED) fields.push([tag >>> 3, reader.bytes()])
    else reader.skipType(tag & 7)
  }
  return fields
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}

/** `ManifestResponse`. */
export function writeManifests(manifests: readonly string[]): Buffer {
  const writer = protobuf.Writer.create()
  for (const manifest of manifests) writer.uint32(tag(1)).string(manifest)
  return Buffer.from(writer.finish())
}

/** `RepositoryResponse`, `CheckPluginConfigurationResponse`: this plugin has no discovery and wants no credentials of Git, so all is `false`. */
export function writeNothing(): Buffer {
  return Buffer.alloc(0)
}

/** `ParametersAnnouncementResponse`. */
export function writeAnnouncements(announcements: readonly ParameterAnnouncement[]): Buffer {
  const writer = protobuf.Writer.create()
  for (const announcement of announcements) writeAnnouncement(announcement, writer.uint32(tag(1)).fork()).ldelim()
  return Buffer.from(writer.finish())
}

/** Field numbers of `repository.ParameterAnnouncement` (reposerver/repository/repository.proto). */
function writeAnnouncement(announcement: ParameterAnnouncement, writer: protobuf.Writer): protobuf.Writer {
  const texts = [
    [1, announcement.name],
    [2, announcement.title],
    [3, announcement.tooltip],
    [5, announcement.itemType],
    [6, announcement.collectionType],
    [7, announcement.string],
  ] as const
  for (const [field, value] of texts) if (value) writer.uint32(tag(field)).string(value)
  if (announcement.required) writer.uint32(4 << 3).bool(true)
  for (const item of announcement.array ?? []) writer.uint32(tag(8)).string(item)
  for (const [key, value] of Object.entries(announcement.map ?? {})) {
    writer.uint32(tag(9)).fork().uint32(tag(1)).string(key).uint32(tag(2)).string(value).ldelim()
  }
  return writer
}

function tag(field: number): number {
  return (field << 3) | LENGTH_DELIMITED
}
