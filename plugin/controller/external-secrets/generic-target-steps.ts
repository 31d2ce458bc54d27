import { StepList } from '../step-list.ts'
import type { Outcome } from './outcome.ts'
import type { Started } from './pass-state.ts'
import type { PassTools } from './pass-tools.ts'
import { addFinalizer } from './steps/add-finalizer.ts'
import { allowGenericTarget } from './steps/allow-generic-target.ts'
import { checkClasses } from './steps/check-classes.ts'
import { cleanUp } from './steps/clean-up.ts'
import { decideRefresh } from './steps/decide-refresh.ts'
import { deleteEmptyObject } from './steps/delete-empty-object.ts'
import { fetchValues } from './steps/fetch-values.ts'
import { findObject } from './steps/find-object.ts'
import { readSpec } from './steps/read-spec.ts'
import { respectCreationPolicy } from './steps/respect-creation-policy.ts'
import { writeObject } from './steps/write-object.ts'

/** A pass over one ExternalSecret that makes another object than a Secret (external-secrets.md 4.12). */
export const genericTargetSteps = StepList.empty<PassTools, Started, Outcome>()
  .step('clean up', cleanUp)
  .step('read spec', readSpec)
  .step('check classes', checkClasses)
  .step('allow generic target', allowGenericTarget)
  .step('add finalizer', addFinalizer)
  .step('find object', findObject)
  .step('decide refresh', decideRefresh)
  .step('fetch values', fetchValues)
  .step('delete empty object', deleteEmptyObject)
  .step('respect creation policy', respectCreationPolicy)
  .step('write object', writeObject)
