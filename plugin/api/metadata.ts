import './jitless.ts'
import * as z from 'zod'
import { documented } from './documented.ts'
import { namespaceSchema, objectNameSchema } from './names.ts'

const stringMap = z.record(z.string(), z.string())
const kept = z.unknown().optional()

/** What Kubernetes keeps of every object (ObjectMeta); only the first four matter to us, the others are known so that they do not warn. */
export const metadataSchema = documented(
  z.object({
    name: objectNameSchema.describe('Name of the object.'),
    namespace: documented(namespaceSchema.optional(), 'Namespace of the object.'),
    labels: documented(stringMap.optional(), 'Labels.'),
    annotations: documented(stringMap.optional(), 'Annotations.'),
    generateName: kept,
    finalizers: kept,
    ownerReferences: kept,
    uid: kept,
    resourceVersion: kept,
    generation: kept,
    creationTimestamp: kept,
    deletionTimestamp: kept,
    deletionGracePeriodSeconds: kept,
    managedFields: kept,
    selfLink: kept,
  }),
  'Name, namespace, labels and annotations.',
)
