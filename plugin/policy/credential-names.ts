/**
 * The names of all objects that a store's configuration points to: its selectors (external-secrets.md 5.3) are the only parts of a configuration that
 * have a `name`, but for what a webhook's templates call the Secret beside it. Which of them a login really reads, its provider knows.
 */
export function credentialNames(config: unknown): readonly string[] {
  return [...new Set(namesIn(config))]
}

function* namesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* namesIn(item)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [field, inner] of Object.entries(value)) {
    if (field !== 'name' || typeof inner !== 'string') yield* namesIn(inner)
    else if (inner !== '' && !('secretRef' in value)) yield inner
  }
}
