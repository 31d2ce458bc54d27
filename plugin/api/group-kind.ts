/** A kind of objects in any version, as an administrator writes it: `ConfigMap`, `traefik.io/Middleware`. */
export const GROUP_KIND = /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Z][A-Za-z0-9]{0,62}$/

/** What a {@link GROUP_KIND} should have been. */
export const GROUP_KIND_EXPECTED =
  'a kind of the core group (ConfigMap), or group/Kind (traefik.io/Middleware), without a version or a pattern'

/** The kind of an object whatever its version is; of the core group without a slash. */
export function groupKindOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
  return group === '' ? kind : `${group}/${kind}`
}
