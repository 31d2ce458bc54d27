import { clusterTemplates } from '../cluster-templates.ts'
import type { ContentShaped, PassStep, ValuesRead } from '../pass-state.ts'
import { shapeContent } from '../shape-content.ts'

/** Templates over the values. Throws SyncFailure `update`. */
export const shapeSecret: PassStep<ValuesRead, ContentShaped> = async (state, { objects, templating }, signal) => {
  const { input, values, targetKey, now } = state
  const asOf = { now, readAfterMs: values.readAfterMs }
  const { source, digest } = await clusterTemplates(input.resource.spec, targetKey.namespace, objects, asOf)
  const content = await shapeContent(input, values.data, source, templating, signal)
  return { state: { ...state, content, templatesDigest: digest } }
}
