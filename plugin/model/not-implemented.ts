/** What is said of everything of External Secrets Operator's that a manifest may have and that we do not act on: it never passes silently. */
export const NOT_IMPLEMENTED = 'is known, but not implemented here'
