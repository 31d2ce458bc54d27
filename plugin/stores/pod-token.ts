import { readFile } from 'node:fs/promises'
import { SecretValue } from '../model/secret-value.ts'

/** Where Kubernetes mounts a pod's own token (Kubernetes, "Configure Service Accounts for Pods"). */
export const POD_TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** The token of the pod that this process runs in; undefined outside of one. */
export async function readPodToken(file: string = POD_TOKEN_FILE): Promise<SecretValue | undefined> {
  try {
    return new SecretValue(await readFile(file))
  } catch {
    return undefined
  }
}
