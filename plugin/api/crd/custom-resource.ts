import type * as z from 'zod'

/** A kind as its CustomResourceDefinition describes it. */
export interface CustomResource {
  readonly kind: string
  readonly plural: string
  readonly shortName: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly description: string
  readonly spec: z.ZodType
  readonly status: z.ZodType
  readonly columns: readonly PrinterColumn[]
  /** Paths by which objects can be selected: `kubectl get --field-selector`. */
  readonly selectableFields?: readonly string[]
}

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string
  readonly jsonPath: string
  readonly type: 'string' | 'date'
}
