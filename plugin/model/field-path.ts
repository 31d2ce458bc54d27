/** Where a field is inside an object: names of fields and keys, numbers for items of a list. */
export type FieldPath = readonly (string | number)[]

const PLAIN_NAME = /^[A-Za-z_][\w-]*$/

/** `['spec', 'data', 1, 'remoteRef']` as users write it: `spec.data[1].remoteRef`; a key with other characters as `data[tls.crt]`, as Kubernetes prints it. */
export function fieldName(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number' || !PLAIN_NAME.test(part)) return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** The path that {@link fieldName} printed. A key of digits alone comes back as a number: good enough to find a line. */
export function fieldPath(name: string): FieldPath {
  const parts = name.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)
  return Array.from(parts, ([, bracketed, plain]) => {
    const part = bracketed ?? plain ?? ''
    return bracketed !== undefined && /^\d+$/.test(part) ? Number(part) : part
  })
}
