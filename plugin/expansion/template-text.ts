import { TemplateError } from '../../templates/engine.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import { templateExcerpt } from './template-excerpt.ts'

/** A template and what messages say of it. */
export interface TemplateText {
  readonly text: string
  /** Its key. */
  readonly name: string
  readonly path: FieldPath
  /** A Secret's text is not shown beside the message: what is named as a template may be none. */
  readonly isFromSecret?: boolean
}

/** What has no braces is taken as it is, in both languages. */
export function holdsTemplate({ text }: TemplateText): boolean {
  return text.includes('{{')
}

/** Runs `step`, which compiles or renders the template. Throws SecretError InvalidSpec where it throws TemplateError. */
export function withTemplateFailure<T>(template: TemplateText, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (thrown instanceof TemplateError) throw templateFailure(thrown, template)
    throw thrown
  }
}

/** R18: line, column and function are always said, the function's own words only where they cannot hold a value. */
function templateFailure(error: TemplateError, { text, path, isFromSecret }: TemplateText): SecretError {
  const where = error.prefix ?? `template: ${error.line}:${error.column}: `
  return new SecretError('InvalidSpec', where + error.redacted, {
    place: { field: fieldName(path) },
    ...(!isFromSecret && { excerpt: [`line ${error.line}, column ${error.column}:`, ...templateExcerpt(text, error)] }),
    ...(error.remedy !== undefined && { remedy: error.remedy }),
  })
}
