import { configFacts } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import type { WebhookConfig } from './config-schema.ts'
import { fixedOrigin } from './fixed-origin.ts'

/**
 * Keys that stay what they are wherever a template puts them: in a path, a query, a line of a header, the text of a JSON document. Templates of the
 * store put all else where nobody can say what it does.
 */
const PLAIN = /^[\w.~:@+=,/ -]*$/
const STEP = /^\.{1,2}$/

export const webhookTenancy: StoreTenancy<WebhookConfig> = {
  // Every text of the request is a fact as it stands: templates have no other spelling that says the same for certain.
  facts: (config) =>
    configFacts(config, { harmless: ['secrets', 'timeout', 'result', 'auth'], given: ['caBundle', 'caProvider'] }),
  defaults: { method: 'GET' },
  hosts: ({ url }) => {
    const origin = fixedOrigin(url)
    return origin === undefined ? [] : [new URL(origin).host]
  },
  // It shows nobody who it is but by its headers.
  usesAmbientIdentity: () => false,
  canonicalKey: (_config, { key, version = '', property = '' }) => ([key, version, property].every(isPlain) ? key : undefined),
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.split('/').some((part) => STEP.test(part))
}
