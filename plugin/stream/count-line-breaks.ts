/** One line break is `\n`, `\r\n`, or `\r` alone (YAML 1.2.2, 5.4). Counts those in `text` that are over before `end`. */
export function countLineBreaks(text: string, end: number = text.length): number {
  let count = 0
  for (let index = text.indexOf('\n'); index !== -1 && index < end; index = text.indexOf('\n', index + 1)) count++
  for (let index = text.indexOf('\r'); index !== -1 && index < end; index = text.indexOf('\r', index + 1)) {
    if (text[index + 1] !== '\n') count++
  }
  return count
}
