/** A schema's output as data: nothing in it can be assigned to, and an optional field is absent rather than undefined. */
export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends string | number | boolean | bigint | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly DeepReadonly<Item>[]
      : { readonly [Key in keyof T]: DeepReadonly<Exclude<T[Key], undefined>> }
