import type { PassStep, ValuesRead } from '../pass-state.ts'

/** None writes nothing; Merge never makes the Secret (external-secrets.md 4.8). */
export const respectCreationPolicy: PassStep<ValuesRead, ValuesRead> = (state) => {
  const { creationPolicy } = state.input.resource.spec.target
  if (creationPolicy === 'None') return { end: { kind: 'done', says: 'synced', wrote: false } }
  if (creationPolicy === 'Merge' && state.target.state !== 'present')
    return { end: { kind: 'done', says: 'missing', wrote: false } }
  return { state }
}
