import type { FieldPath } from '../model/field-path.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { TemplateText } from './template-text.ts'

const TEMPLATE: FieldPath = ['spec', 'target', 'template']

/** The templates that an ExternalSecret holds itself: `data`, then labels and annotations. */
export function ownTemplates({ resource }: ExternalSecretInput): readonly TemplateText[] {
  const { template, manifest } = resource.spec.target
  const texts = (entries: Readonly<Record<string, string>> | undefined, path: FieldPath): readonly TemplateText[] =>
    Object.entries(entries ?? {}).map(([name, text]) => ({ text, name, path: [...path, name] }))
  const data = texts(template?.data, [...TEMPLATE, 'data'])
  // Labels and annotations of another object than a Secret are taken as they are (external-secrets.md 2.5).
  if (manifest) return data
  return [
    ...data,
    ...texts(template?.metadata?.labels, [...TEMPLATE, 'metadata', 'labels']),
    ...texts(template?.metadata?.annotations, [...TEMPLATE, 'metadata', 'annotations']),
  ]
}
