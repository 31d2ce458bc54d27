/** `priority`: new and changed objects, events of providers. `periodic`: refresh whose time has come. */
export type Lane = 'priority' | 'periodic'

/** The lane of a key that was added to both. */
export function betterLane(one: Lane, other: Lane): Lane {
  return one === 'priority' ? one : other
}
