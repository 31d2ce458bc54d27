import {
  clusterExternalSecretSchema,
  clusterExternalSecretSpecSchema,
  clusterExternalSecretStatusSchema,
} from '../cluster-external-secret.ts'
import { externalSecretSchema, externalSecretSpecSchema } from '../external-secret.ts'
import { externalSecretStatusSchema } from '../external-secret-status.ts'
import { clusterSecretStoreSchema, secretStoreSchema, storeSpecSchema } from '../store.ts'
import { storeStatusSchema } from '../store-status.ts'
import type { CustomResource, PrinterColumn } from './custom-resource.ts'

const reason: PrinterColumn = { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' }
const ready: PrinterColumn = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }

const storeColumns: readonly PrinterColumn[] = [
  { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  reason,
  { name: 'Capabilities', type: 'string', jsonPath: '.status.capabilities' },
  ready,
]

/** The kinds of external-secrets.io that this program acts on, with the names, columns and fields that ESO gives them (external-secrets.md 1). */
export const customResources: readonly CustomResource[] = [
  {
    kind: 'ExternalSecret',
    plural: 'externalsecrets',
    shortName: 'es',
    scope: 'Namespaced',
    description: externalSecretSchema.description ?? '',
    spec: externalSecretSpecSchema,
    status: externalSecretStatusSchema,
    columns: [
      { name: 'StoreType', type: 'string', jsonPath: '.spec.secretStoreRef.kind' },
      { name: 'Store', type: 'string', jsonPath: '.spec.secretStoreRef.name' },
      { name: 'Refresh Interval', type: 'string', jsonPath: '.spec.refreshInterval' },
      reason,
      ready,
      { name: 'Last Sync', type: 'date', jsonPath: '.status.refreshTime' },
    ],
    selectableFields: ['.spec.secretStoreRef.name', '.spec.secretStoreRef.kind', '.spec.target.name', '.spec.refreshInterval'],
  },
  {
    kind: 'SecretStore',
    plural: 'secretstores',
    shortName: 'ss',
    scope: 'Namespaced',
    description: secretStoreSchema.description ?? '',
    spec: storeSpecSchema,
    status: storeStatusSchema,
    columns: storeColumns,
  },
  {
    kind: 'ClusterSecretStore',
    plural: 'clustersecretstores',
    shortName: 'css',
    scope: 'Cluster',
    description: clusterSecretStoreSchema.description ?? '',
    spec: storeSpecSchema,
    status: storeStatusSchema,
    columns: storeColumns,
  },
  {
    kind: 'ClusterExternalSecret',
    plural: 'clusterexternalsecrets',
    shortName: 'ces',
    scope: 'Cluster',
    description: clusterExternalSecretSchema.description ?? '',
    spec: clusterExternalSecretSpecSchema,
    status: clusterExternalSecretStatusSchema,
    columns: [
      { name: 'Store', type: 'string', jsonPath: '.spec.externalSecretSpec.secretStoreRef.name' },
      { name: 'Refresh Interval', type: 'string', jsonPath: '.spec.refreshTime' },
      ready,
    ],
  },
]
