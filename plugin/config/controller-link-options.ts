import * as z from 'zod'
import type { Option } from './option.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'

function fileOption(name: string, doc: string): Option<string> {
  return {
    name,
    doc,
    value: 'FILE',
    schema: z.string(),
    default: '',
    env: `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}`,
  }
}

/** How a daemon speaks to the controller beside Argo CD (R20). */
export const controller: Option<string> = {
  name: 'controller',
  doc: 'The controller beside Argo CD: render reports go there, and it tells which values were rotated. https, or http on this machine alone.',
  value: 'URL',
  schema: z.string(),
  default: '',
  env: `${PREFIX}CONTROLLER`,
}

export const controllerCa = fileOption(
  'controller-ca',
  "PEM of the authority of the controller's certificate; without it those of the system.",
)

export const controllerCertificate = fileOption(
  'controller-certificate',
  'PEM of the certificate that is shown to the controller.',
)

export const controllerKey = fileOption('controller-key', 'PEM of the key of --controller-certificate.')

export const controllerToken = fileOption(
  'controller-token',
  'A bearer token for the controller, best the projected token of a ServiceAccount; read again as it is rotated.',
)

export const connectedCacheTtl: Option<number> = {
  name: 'connected-cache-ttl',
  doc: 'How long a value serves other renders while the controller tells the changes of its store, in milliseconds. At all other times --cache-ttl counts.',
  value: 'MS',
  schema: wholeNumber(0, 3_600_000),
  default: 300_000,
  env: `${PREFIX}CONNECTED_CACHE_TTL`,
}

export const controllerLinkOptions: readonly Option<unknown>[] = [
  controller,
  controllerCa,
  controllerCertificate,
  controllerKey,
  controllerToken,
  connectedCacheTtl,
]
