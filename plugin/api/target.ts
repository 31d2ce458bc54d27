import './jitless.ts'
import * as z from 'zod'
import { TEMPLATE_ENGINE } from './annotations.ts'
import { inCrd } from './crd-facts.ts'
import { documented } from './documented.ts'
import { dataKeySchema, objectNameSchema } from './names.ts'

const stringMap = z.record(z.string(), z.string())

/** R10: ESO's own field stays as it is, our engine has an annotation. */
const engineError = `is not v2; Handlebars is chosen by the annotation ${TEMPLATE_ENGINE}: handlebars`

const templateSourceSchema = z.object({
  name: objectNameSchema.describe('Name of the object.'),
  items: documented(
    z.array(
      z.object({
        key: dataKeySchema.describe('Key in its data that holds a template.'),
        templateAs: documented(
          z.enum(['Values', 'KeysAndValues']).default('Values'),
          'Whether the template gives one value under that key, or a YAML map of keys and values.',
        ),
      }),
    ),
    'The keys to take.',
  ),
})

/** `spec.target.template.templateFrom[]` (external-secrets.md 2.4). */
const templateFromSchema = documented(
  z.object({
    configMap: documented(templateSourceSchema.optional(), 'A ConfigMap that holds templates.'),
    secret: documented(templateSourceSchema.optional(), 'A Secret that holds templates.'),
    literal: documented(z.string().optional(), 'A template that gives a YAML map of keys and values.'),
    target: documented(
      inCrd(z.string().default('Data'), { inV1beta1: { enum: ['Data', 'Annotations', 'Labels'] } }),
      'Where the output goes: Data, Annotations or Labels; a path of the object, such as spec.rules[0].name, when "manifest" is set.',
    ),
    valuesDecodingStrategy: documented(
      z.enum(['Auto', 'Base64', 'Base64URL', 'None']).optional(),
      'How rendered values are decoded.',
      { v1Only: true },
    ),
  }),
  'Templates from elsewhere.',
)

/** `spec.target.template` (external-secrets.md 2.3); `{}` and no template at all are different things. */
export const templateSchema = documented(
  z.object({
    type: documented(z.string().optional(), 'Type of the Secret.'),
    engineVersion: documented(z.enum(['v2'], { error: engineError }).default('v2'), 'Version of the Go template engine.'),
    metadata: documented(
      z
        .object({
          labels: documented(stringMap.optional(), 'Labels of the Secret; the values are templates.'),
          annotations: documented(stringMap.optional(), 'Annotations of the Secret; the values are templates.'),
          finalizers: documented(z.array(z.string()).optional(), 'Finalizers of the Secret.', { v1Only: true }),
        })
        .optional(),
      'Metadata of the Secret, instead of that of the ExternalSecret.',
    ),
    mergePolicy: documented(
      z.enum(['Replace', 'Merge']).default('Replace'),
      'Whether the fetched keys are left out or kept when there are templates.',
    ),
    data: documented(stringMap.optional(), 'One template a key of the Secret.'),
    templateFrom: documented(z.array(templateFromSchema).optional(), 'Templates from ConfigMaps, Secrets or literals.'),
  }),
  'How the Secret is shaped from the fetched values.',
)

/** `spec.target` (external-secrets.md 2.2). */
export const targetSchema = documented(
  z.object({
    name: documented(objectNameSchema.optional(), 'Name of the Secret; that of the ExternalSecret without it.'),
    creationPolicy: documented(
      inCrd(z.enum(['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge']).default('Owner'), {
        inV1beta1: { enum: ['Owner', 'Orphan', 'Merge', 'None'] },
      }),
      'Whether the Secret is made, merged into an existing one, or left alone.',
    ),
    deletionPolicy: documented(
      z.enum(['Delete', 'Merge', 'Retain']).default('Retain'),
      'What happens when keys are missing at the provider.',
    ),
    immutable: documented(z.boolean().optional(), 'Makes the Secret immutable.'),
    template: templateSchema.optional(),
    manifest: documented(
      z
        .object({
          apiVersion: documented(z.string().min(1), 'API version of the object.'),
          kind: documented(z.string().min(1), 'Kind of the object.'),
        })
        .optional(),
      'Another kind of object instead of a Secret, where an administrator allows it: nothing protects the values in it.',
      { v1Only: true },
    ),
  }),
  'The Secret to make.',
)
