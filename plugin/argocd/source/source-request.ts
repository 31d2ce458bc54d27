import type { SourceParameters } from './source-parameters.ts'

/** Of which folder the manifests are made, and what Argo CD's own conventions need to know for it. */
export interface SourceRequest {
  /** Absolute and without symbolic links. */
  readonly folder: string
  /** The checkout: nothing outside of it is read. Absolute and without symbolic links; `folder` itself or above it. */
  readonly root: string
  /** Of the Application, without the namespace that a request may put before it. */
  readonly application: string
  /** The destination namespace. */
  readonly namespace: string
  /** Empty where it is unknown (Source Hydrator). */
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
  readonly parameters: SourceParameters
}
