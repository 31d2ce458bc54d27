import { gzipSync } from 'node:zlib'

export type TarEntry = {
  readonly name: string
  readonly bytes?: string | Uint8Array
  readonly link?: string
  readonly type?: string
}

const BLOCK = 512

/** A compressed tar as Go's archive/tar writes it: ustar, with a pax header before names that do not fit. */
export function tarGz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tar(entries))
}

export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)])
}

function blocksOf({ name, bytes = '', link = '', type }: TarEntry): readonly Buffer[] {
  const content = Buffer.from(bytes)
  const own = [header(name, content.byteLength, type ?? (link === '' ? '0' : '2'), link), padded(content)]
  if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(link) <= 100) return own
  const pax = Buffer.from(`${paxRecord('path', name)}${link === '' ? '' : paxRecord('linkpath', link)}`)
  return [header('PaxHeaders.0/x', pax.byteLength, 'x', ''), padded(pax), ...own]
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const size = Buffer.byteLength(rest)
  const digits = String(size + String(size).length).length
  return `${size + digits}${rest}`
}

function header(name: string, size: number, type: string, link: string): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name.slice(0, 100), 0)
  block.write('0000644\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(link.slice(0, 100), 157)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.byteLength % BLOCK)) % BLOCK)])
}
