import { StepList } from '../step-list.ts'
import type { Outcome } from './outcome.ts'
import type { Started } from './pass-state.ts'
import type { PassTools } from './pass-tools.ts'
import { addFinalizer } from './steps/add-finalizer.ts'
import { checkClasses } from './steps/check-classes.ts'
import { cleanUp } from './steps/clean-up.ts'
import { decideRefresh } from './steps/decide-refresh.ts'
import { deleteOrphans } from './steps/delete-orphans.ts'
import { fetchValues } from './steps/fetch-values.ts'
import { findTarget } from './steps/find-target.ts'
import { handleEmptyResult } from './steps/handle-empty-result.ts'
import { readSpec } from './steps/read-spec.ts'
import { respectCreationPolicy } from './steps/respect-creation-policy.ts'
import { shapeSecret } from './steps/shape-secret.ts'
import { writeSecret } from './steps/write-secret.ts'

/** A pass over one ExternalSecret, in the order of external-secrets.md 4.2. */
export const externalSecretSteps = StepList.empty<PassTools, Started, Outcome>()
  .step('clean up', cleanUp)
  .step('read spec', readSpec)
  .step('check classes', checkClasses)
  .step('add finalizer', addFinalizer)
  .step('find target', findTarget)
  .step('decide refresh', decideRefresh)
  .step('fetch values', fetchValues)
  .step('handle empty result', handleEmptyResult)
  .step('respect creation policy', respectCreationPolicy)
  .step('delete orphans', deleteOrphans)
  .step('shape secret', shapeSecret)
  .step('write secret', writeSecret)
