import type { Budget, Surroundings } from '../engine.ts'

/** Gives a key its new name. Throws TemplateError, BudgetExceeded. */
export type RenameKey = (key: string) => string

/** The two languages in which keys are renamed (`rewrite.regexp`, `rewrite.transform`). */
export interface KeyRenaming {
  /** As Go's ReplaceAllString: all matches; `$1`, `${name}` and `$$` in the target. Throws ScopeError with Go's text for what is no RE2. */
  regexp(source: string, target: string, budget: Budget): RenameKey
  /**
   * A Go template: `.value` is the old name, any other name is `<no value>` instead of an error, and delimiters are always the braces
   * (templates.md 1.1). Throws TemplateError for what is no template.
   */
  template(text: string, budget: Budget, surroundings: Surroundings): RenameKey
}
