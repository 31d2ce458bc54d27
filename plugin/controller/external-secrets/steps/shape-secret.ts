import { clusterTemplates } from '../cluster-templates.ts'
import type { ContentShaped, PassStep, ValuesRead } from '../pass-state.ts'
import { shapeContent } from '../shape-content.ts'

/** Templates over the values. Throws SyncFailure `update`. */
export const shapeSecret: PassStep<ValuesRead, ContentShaped> = async (state, { objects, templating }, signal) => {
  const { input, values, targetKey } = state
  const templates = await clusterTemplates(input.resource.spec, targetKey.namespace, objects)
  const content = await shapeContent(input, values.data, templates, templating, signal)
  return { state: { ...state, content } }
}
