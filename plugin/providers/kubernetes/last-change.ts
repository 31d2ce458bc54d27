/**
 * When an object was last changed, out of the times of its managers: an entry's time moves with every change that its manager makes
 * (Kubernetes API, ManagedFieldsEntry). Whole seconds; undefined where somebody has emptied them.
 */
export function lastChangeMs(times: readonly unknown[]): number | undefined {
  const known = times.flatMap((time) => (typeof time === 'string' ? [Date.parse(time)] : [])).filter((time) => time > 0)
  return known.length > 0 ? Math.max(...known) : undefined
}
