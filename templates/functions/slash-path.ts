import type { ByteText } from '../byte-text.ts'

/** The shortest path that means the same: no empty element, no `.`, no `..` that has something to go back from (Go, path.Clean). */
export function cleanPath(path: ByteText): ByteText {
  const isRooted = path.startsWith('/')
  const kept: ByteText[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    const goesBack = element === '..' && kept.length > 0 && kept.at(-1) !== '..'
    if (goesBack) kept.pop()
    else if (element !== '..' || !isRooted) kept.push(element)
  }
  const joined = kept.join('/')
  if (isRooted) return `/${joined}`
  return joined === '' ? '.' : joined
}

/** All but the last element, cleaned (Go, path.Dir). */
export function directoryOf(path: ByteText): ByteText {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1))
}

/** The last element (Go, path.Base). */
export function baseName(path: ByteText): ByteText {
  if (path === '') return '.'
  let end = path.length
  while (path.charAt(end - 1) === '/') end--
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** From the last dot of the last element on (Go, path.Ext). */
export function extensionOf(path: ByteText): ByteText {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') ? path.slice(dot) : ''
}
