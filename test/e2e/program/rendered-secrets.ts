interface RenderedSecret {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
}

/** The decoded values of every Secret that `generate --output json` printed, by the Secret's name. */
export function renderedSecrets(stdout: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const objects = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RenderedSecret)
  const decoded = (data: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
  return Object.fromEntries(
    objects.filter(({ kind }) => kind === 'Secret').map(({ metadata, data }) => [metadata.name, decoded(data)]),
  )
}
