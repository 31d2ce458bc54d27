import { type FileHandle, open } from 'node:fs/promises'

/** One request that the API server has answered. */
export interface Audited {
  readonly verb: string
  /** `externalsecrets/status` */
  readonly resource: string
  /** `NAMESPACE/NAME` */
  readonly object: string
  readonly code: number
  /** When it was answered, in milliseconds since the epoch. */
  readonly atMs: number
}

/** What the audit log says of one program, read as the log grows. */
export interface AuditTail {
  /** Everything so far, oldest first. */
  requests(): Promise<readonly Audited[]>
  close(): Promise<void>
}

interface Event {
  readonly verb: string
  readonly stage: string
  readonly stageTimestamp: string
  readonly objectRef?: {
    readonly resource: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code: number }
}

const CHUNK_BYTES = 4 * 1024 * 1024

/** Of the requests whose user agent begins with `agent`. */
export async function auditTail(file: string, agent: string): Promise<AuditTail> {
  const log = await open(file)
  const all: Audited[] = []
  let rest = ''
  return {
    async requests() {
      for await (const text of newText(log)) {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line.includes(`"userAgent":"${agent}`)) all.push(...auditedOf(JSON.parse(line) as Event))
      }
      return all
    },
    close: () => log.close(),
  }
}

async function* newText(log: FileHandle): AsyncIterable<string> {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await log.read(buffer, 0, CHUNK_BYTES)
    if (bytesRead === 0) return
    // All that is compared is ASCII.
    yield buffer.toString('latin1', 0, bytesRead)
  }
}

/** A watch is answered twice: at its start, and at its end. */
function auditedOf({ verb, stage, stageTimestamp, objectRef, responseStatus }: Event): readonly Audited[] {
  if (stage !== (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) return []
  const { resource = '', subresource, namespace = '', name = '' } = objectRef ?? {}
  return [
    {
      verb,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      object: `${namespace}/${name}`,
      code: responseStatus?.code ?? 0,
      atMs: Date.parse(stageTimestamp),
    },
  ]
}
