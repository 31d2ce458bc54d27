/** What zod keeps of a schema or check for those who look into it. */
export function internalsOf<Internals>({ _zod: internals }: { readonly _zod: Internals }): Internals {
  return internals
}
