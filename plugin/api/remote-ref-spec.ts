import './jitless.ts'
import * as z from 'zod'
import { documented } from './documented.ts'

const conversionStrategy = documented(
  z.enum(['Default', 'Unicode']).default('Default'),
  'How characters that a Secret key may not have are replaced in remote keys: by "_", or by their code point.',
)

const decodingStrategy = documented(
  z.enum(['Auto', 'Base64', 'Base64URL', 'None']).default('None'),
  'How values are decoded after they were read. Auto decodes what looks like Base64 and keeps everything else.',
)

const nullBytePolicy = documented(
  z.enum(['Ignore', 'Fail']).default('Ignore'),
  'What happens when a value has a zero byte: it is kept, or the ExternalSecret fails.',
  { v1Only: true },
)

/** `spec.data[].remoteRef` and `spec.dataFrom[].extract` (external-secrets.md 2.6, 2.7). */
export const remoteRefSchema = documented(
  z.object({
    key: documented(z.string(), 'Key of the secret at the provider: its name, path or ARN.'),
    property: documented(z.string().optional(), 'Part of the value, by the rules of the provider; mostly a path into JSON.'),
    version: documented(z.string().optional(), 'Version at the provider; the current one without it.'),
    metadataPolicy: documented(
      z.enum(['None', 'Fetch']).default('None'),
      'Fetch reads the tags or labels of the secret instead of its value.',
    ),
    conversionStrategy,
    decodingStrategy,
    nullBytePolicy,
  }),
  'What to read at the provider.',
)

/** `spec.dataFrom[].find` (external-secrets.md 2.7). */
export const findSchema = documented(
  z.object({
    path: documented(z.string().optional(), 'Where the search starts, by the rules of the provider.'),
    name: documented(
      z.object({ regexp: documented(z.string().optional(), 'RE2 expression that may match anywhere in the name.') }).optional(),
      'Finds secrets by their name.',
    ),
    tags: documented(z.record(z.string(), z.string()).optional(), 'Finds secrets by their tags or labels.'),
    conversionStrategy,
    decodingStrategy,
    nullBytePolicy,
  }),
  'Reads every secret that matches.',
)
