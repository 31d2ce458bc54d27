import { Client, credentials } from '@grpc/grpc-js'
import protobuf from 'protobufjs/minimal.js'

/** A source as Argo CD itself renders it, without a plugin: the fields of the Application's `spec.source`, as far as they are compared. */
export interface NativeSource {
  readonly path: string
  readonly helm?: {
    readonly releaseName?: string
    readonly valueFiles?: readonly string[]
    readonly values?: string
    readonly parameters?: Readonly<Record<string, string>>
    readonly ignoreMissingValueFiles?: boolean
    readonly skipCrds?: boolean
    readonly skipTests?: boolean
  }
  readonly kustomize?: { readonly images?: readonly string[]; readonly namespace?: string; readonly namePrefix?: string }
  readonly directory?: { readonly recurse?: boolean; readonly include?: string; readonly exclude?: string }
}

export interface NativeRequest {
  readonly repository: string
  readonly application: string
  readonly namespace: string
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
  readonly source: NativeSource
}

const METHOD = '/repository.RepoServerService/GenerateManifest'
const TRACKING = 'argocd.argoproj.io/tracking-id'

/** What repo-server makes of the source, without what it adds to track its objects. Rejects with gRPC's ServiceError. */
export async function renderedByArgo(address: string, request: NativeRequest): Promise<readonly unknown[]> {
  const client = new Client(address, credentials.createInsecure())
  const same = (bytes: Buffer): Buffer => bytes
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(METHOD, same, same, encoded(request), (error, bytes) => {
        if (error) reject(error)
        else resolve(bytes ?? Buffer.alloc(0))
      })
    })
    return manifestsIn(answer)
  } finally {
    client.close()
  }
}

function manifestsIn(answer: Buffer): readonly unknown[] {
  const reader = protobuf.Reader.create(answer)
  const manifests: unknown[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === 10) manifests.push(untracked(JSON.parse(reader.string())))
    else reader.skipType(tag & 7)
  }
  return manifests
}

function untracked(manifest: { metadata?: { annotations?: Record<string, string> } }): unknown {
  const { metadata } = manifest
  delete metadata?.annotations?.[TRACKING]
  if (metadata?.annotations && Object.keys(metadata.annotations).length === 0) delete metadata.annotations
  return manifest
}

/** `ManifestRequest`, by the numbers of reposerver/repository/repository.proto and pkg/apis/application/v1alpha1/generated.proto. */
function encoded({ repository, application, namespace, kubeVersion, apiVersions, source }: NativeRequest): Buffer {
  const writer = protobuf.Writer.create()
  message(writer, 1, (repo) => text(repo, 1, repository))
  text(writer, 2, 'HEAD')
  writer.uint32(24).bool(true)
  text(writer, 5, application)
  text(writer, 8, namespace)
  message(writer, 10, (into) => sourceMessage(into, repository, source))
  text(writer, 14, kubeVersion)
  for (const version of apiVersions) text(writer, 15, version)
  writer.uint32(144).bool(true)
  text(writer, 19, 'annotation')
  text(writer, 24, '*')
  text(writer, 25, 'default')
  return Buffer.from(writer.finish())
}

function sourceMessage(writer: protobuf.Writer, repository: string, { path, helm, kustomize, directory }: NativeSource): void {
  text(writer, 1, repository)
  text(writer, 2, path)
  text(writer, 4, 'HEAD')
  if (helm) {
    message(writer, 7, (into) => {
      for (const file of helm.valueFiles ?? []) text(into, 1, file)
      for (const [name, value] of Object.entries(helm.parameters ?? {})) {
        message(into, 2, (parameter) => {
          text(parameter, 1, name)
          text(parameter, 2, value)
        })
      }
      text(into, 3, helm.releaseName ?? '')
      text(into, 4, helm.values ?? '')
      flag(into, 8, helm.ignoreMissingValueFiles)
      flag(into, 9, helm.skipCrds)
      flag(into, 14, helm.skipTests)
    })
  }
  if (kustomize) {
    message(writer, 8, (into) => {
      text(into, 1, kustomize.namePrefix ?? '')
      for (const image of kustomize.images ?? []) text(into, 3, image)
      text(into, 9, kustomize.namespace ?? '')
    })
  }
  if (directory) {
    message(writer, 10, (into) => {
      flag(into, 1, directory.recurse)
      text(into, 3, directory.exclude ?? '')
      text(into, 4, directory.include ?? '')
    })
  }
}

function text(writer: protobuf.Writer, field: number, value: string): void {
  if (value !== '') writer.uint32(field * 8 + 2).string(value)
}

function flag(writer: protobuf.Writer, field: number, value: boolean | undefined): void {
  if (value) writer.uint32(field * 8).bool(true)
}

function message(writer: protobuf.Writer, field: number, fill: (into: protobuf.Writer) => void): void {
  const into = writer.uint32(field * 8 + 2).fork()
  fill(into)
  into.ldelim()
}
