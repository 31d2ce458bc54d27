import type { TemplateShape } from './template-shape.ts'
import { optionalLoginInputs, serverInputs, urlTemplate } from './url-template.ts'

export const redisUrl: TemplateShape = {
  name: 'redis-url',
  doc: 'A URL for Redis and Valkey; `database` is a number. Over TLS with `scheme` `rediss`.',
  inputs: [...optionalLoginInputs, ...serverInputs],
  data: [urlTemplate('redis', 'optional login')],
  example: {
    values: { password: '#1', host: 'cache', port: '6379', database: '0', scheme: 'rediss' },
    gives: { url: 'rediss://:%231@cache:6379/0' },
  },
}
