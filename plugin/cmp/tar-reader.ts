import { SecretError } from '../model/secret-error.ts'
import { Checkout } from './checkout.ts'

/** How large a checkout may be, unpacked. What is in `.git` is not kept and counts as nothing. */
export interface CheckoutLimits {
  readonly bytes: number
  readonly entries: number
}

/** POSIX pax(1), ustar interchange format: blocks of 512 bytes. */
const BLOCK = 512
const TYPE = { file: '0', oldFile: '\0', link: '2', directory: '5', pax: 'x', paxGlobal: 'g' }
/** A pax header holds names; no real one is longer. */
const MAX_PAX_BYTES = 64 * 1024

interface Header {
  readonly name: string
  readonly target: string
  readonly size: number
  readonly type: string
}

/**
 * Reads a tar as it arrives, in pieces of any size, and keeps the files and links of it. Throws SecretError InvalidSpec for what is no tar, is too
 * large, or holds what a repository cannot: devices, hard links, paths out of it.
 */
export class TarReader {
  readonly checkout = new Checkout()
  readonly #limits: CheckoutLimits
  readonly #pending: Buffer[] = []
  #pendingBytes = 0
  #skipped = 0
  #current: Header | undefined
  #pax = new Map<string, string>()
  #bytes = 0
  #entries = 0
  #ended = false

  constructor(limits: CheckoutLimits) {
    this.#limits = limits
  }

  push(piece: Uint8Array): void {
    this.#pending.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
    this.#pendingBytes += piece.byteLength
    while (!this.#ended && this.#step());
  }

  /** Throws when the archive stopped in the middle. */
  end(): void {
    if (!this.#ended && (this.#current || this.#pendingBytes > 0)) throw noTar()
  }

  /** One header or one content, when all of it has arrived. */
  #step(): boolean {
    if (!this.#current) {
      const block = this.#take(BLOCK)
      if (!block) return false
      if (block.every((byte) => byte === 0)) this.#ended = true
      else this.#current = this.#accepted(readHeader(block))
      return true
    }
    const size = Math.ceil(this.#current.size / BLOCK) * BLOCK
    if (isOfGit(this.#current.name)) return this.#skip(size)
    const content = this.#take(size)
    if (!content) return false
    this.#keep(this.#current, content.subarray(0, this.#current.size))
    this.#current = undefined
    return true
  }

  #accepted(header: Header): Header {
    const isPax = header.type === TYPE.pax || header.type === TYPE.paxGlobal
    const given = isPax ? header : this.#withPax(header)
    if (isPax && header.size > MAX_PAX_BYTES) throw noTar()
    if (++this.#entries > this.#limits.entries) throw tooLarge(`more than ${this.#limits.entries} files`)
    if (!isOfGit(given.name)) this.#bytes += given.size
    if (this.#bytes > this.#limits.bytes) throw tooLarge(`more than ${this.#limits.bytes} bytes`)
    return given
  }

  #withPax(header: Header): Header {
    const pax = this.#pax
    this.#pax = new Map()
    const size = pax.get('size')
    return {
      ...header,
      name: pax.get('path') ?? header.name,
      target: pax.get('linkpath') ?? header.target,
      ...(size !== undefined && { size: wholeNumber(size) }),
    }
  }

  #keep({ name, target, type }: Header, content: Buffer): void {
    if (type === TYPE.paxGlobal || type === TYPE.directory) return
    if (type === TYPE.pax) this.#pax = readPax(content)
    else if (type === TYPE.file || type === TYPE.oldFile)
      this.checkout.add(name, { kind: 'file', bytes: Uint8Array.from(content) })
    else if (type === TYPE.link) this.checkout.add(name, { kind: 'link', target })
    else throw new SecretError('InvalidSpec', 'the repository holds what is neither a file nor a folder nor a symbolic link')
  }

  /** Content that nobody wants is dropped as it comes. */
  #skip(size: number): boolean {
    const wanted = size - this.#skipped
    const taken = Math.min(wanted, this.#pendingBytes)
    this.#take(taken)
    this.#skipped += taken
    if (taken < wanted) return false
    this.#skipped = 0
    this.#current = undefined
    return true
  }

  #take(size: number): Buffer | undefined {
    if (this.#pendingBytes < size) return undefined
    const all = this.#pending.length === 1 && this.#pending[0] ? this.#pending[0] : Buffer.concat(this.#pending)
    this.#pending.length = 0
    if (all.byteLength > size) this.#pending.push(all.subarray(size))
    this.#pendingBytes = all.byteLength - size
    return all.subarray(0, size)
  }
}

function readHeader(block: Buffer): Header {
  if (wholeNumber(field(block, 148, 8), 8) !== checksum(block)) throw noTar()
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? field(block, 345, 155) : ''
  const name = field(block, 0, 100)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    target: field(block, 157, 100),
    size: wholeNumber(field(block, 124, 12), 8),
    type: block.toString('latin1', 156, 157),
  }
}

/** The sum of all bytes, the checksum itself taken as spaces. */
function checksum(block: Buffer): number {
  const own = block.subarray(148, 156).reduce((sum, byte) => sum + byte, 0)
  return block.reduce((sum, byte) => sum + byte, 0) - own + 8 * 32
}

function field(block: Buffer, start: number, length: number): string {
  const bytes = block.subarray(start, start + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? length : end)
}

/** Records `LENGTH KEY=VALUE\n`, the length in bytes with its own digits. */
function readPax(content: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let start = 0; start < content.byteLength; ) {
    const space = content.indexOf(0x20, start)
    const length = wholeNumber(content.toString('latin1', start, space))
    const record = content.toString('utf8', space + 1, start + length - 1)
    const equals = record.indexOf('=')
    if (space < 0 || length === 0 || equals < 0) throw noTar()
    records.set(record.slice(0, equals), record.slice(equals + 1))
    start += length
  }
  return records
}

function wholeNumber(text: string, base: 8 | 10 = 10): number {
  const digits = text.trim()
  if (!(base === 8 ? /^[0-7]{1,11}$/ : /^\d{1,15}$/).test(digits)) throw noTar()
  return Number.parseInt(digits, base)
}

function isOfGit(name: string): boolean {
  return name.split('/').includes('.git')
}

function noTar(): SecretError {
  return new SecretError('InvalidSpec', 'the upload of the repository is damaged', {
    remedy: 'refresh the application; if it stays so, report it',
  })
}

function tooLarge(what: string): SecretError {
  return new SecretError('InvalidSpec', `the repository has ${what}`, {
    remedy:
      'leave folders out with --plugin-tar-exclude of repo-server, or limit the upload by the annotation manifest-generate-paths',
  })
}
