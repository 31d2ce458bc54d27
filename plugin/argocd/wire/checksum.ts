/** Bytes that are copied at a time, a multiple of four: words begin at such addresses only. */
const PART = 16 * 1024

/**
 * Two running sums over 32-bit words, as 16 hexadecimal digits: every changed byte changes the first, every change of order the second.
 * Against accidents between two processes of one machine, not against people. It is this simple because the client's time counts: to load
 * `node:crypto` takes it 5 ms and `node:zlib` 2 ms, a table-driven CRC over the bytes of an ordinary answer as much; this takes a tenth of that.
 */
export function checksum(bytes: Uint8Array): string {
  const sums = new Int32Array(2)
  const words = new Int32Array(PART / 4)
  const view = new Uint8Array(words.buffer)
  for (let start = 0; start < bytes.byteLength; start += PART) {
    const part = bytes.subarray(start, start + PART)
    // The last word is filled up with zeros.
    if (part.byteLength < PART) words.fill(0)
    view.set(part)
    add(words.subarray(0, Math.ceil(part.byteLength / 4)), sums)
  }
  return Array.from(sums, (number) => (number >>> 0).toString(16).padStart(8, '0')).join('')
}

/** A function of its own, called many times: it is compiled while a loop over all bytes would still be interpreted. */
function add(words: Int32Array, sums: Int32Array): void {
  let sum = sums[0] ?? 0
  let sumOfSums = sums[1] ?? 0
  for (let at = 0; at < words.length; at++) {
    sum = (sum + (words[at] ?? 0)) | 0
    sumOfSums = (sumOfSums + sum) | 0
  }
  sums[0] = sum
  sums[1] = sumOfSums
}
