import { admissionRules } from './admission-rules.ts'
import { checkAnnotations } from './annotations.ts'
import { type ExternalSecret, externalSecretSchema } from './external-secret.ts'
import { externalSecretRules } from './external-secret-rules.ts'
import { readObject } from './read-object.ts'
import type { Reading } from './reading.ts'
import { repetitionRules } from './repeated-entries.ts'
import { retiredVersion } from './retired-version.ts'
import { applyRules } from './rule.ts'
import { v1beta1Gaps } from './v1beta1-gaps.ts'
import { whenMissingProblems } from './when-missing.ts'

/**
 * Reads a manifest's ExternalSecret of v1 or v1beta1 (external-secrets.md 2). Defaults are filled in; null is absent; unknown fields, and what
 * ESO's webhook would refuse, are warnings. Never throws, whatever the value is.
 */
export function readExternalSecret(value: unknown): Reading<ExternalSecret> {
  const retired = retiredVersion(value)
  if (retired) return { problems: [retired], warnings: [] }

  const reading = readObject(externalSecretSchema, value)
  if (!reading.value) return { problems: reading.problems, warnings: reading.warnings }

  const resource: ExternalSecret = reading.value
  const annotations = checkAnnotations(resource)
  const problems = [...applyRules(externalSecretRules, resource), ...annotations.problems, ...whenMissingProblems(resource)]
  const warnings = [
    ...reading.warnings,
    ...v1beta1Gaps(resource, reading.marked),
    ...applyRules([...admissionRules, ...repetitionRules], resource),
    ...annotations.warnings,
  ]
  return { ...(problems.length === 0 && { value: resource }), problems, warnings }
}
