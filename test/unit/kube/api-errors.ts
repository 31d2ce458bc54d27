import { KubeError } from '../../../plugin/kube/kube-error.ts'

export const gone = (): KubeError => new KubeError('too old resource version', 410, 'Expired')
export const reset = (): KubeError => new KubeError('connection reset', 0, 'ECONNRESET')
export const refused = (): KubeError => new KubeError('connection refused', 0, 'ECONNREFUSED')
export const overloaded = (retryAfterMs?: number): KubeError =>
  new KubeError('too many requests', 429, 'TooManyRequests', retryAfterMs)
export const broken = (): KubeError => new KubeError('internal error', 500, 'InternalError')
export const badRequest = (): KubeError => new KubeError('bad request', 400, 'BadRequest')
export const unknownKind = (): KubeError => new KubeError('the server could not find the requested resource', 404, 'NotFound')
export const forbidden = (): KubeError => new KubeError('forbidden', 403, 'Forbidden')
