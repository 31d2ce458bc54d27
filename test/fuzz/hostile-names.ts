import type { HostileTemplate } from './hostile-template.ts'
import type { Language } from './template-trial.ts'

/** What an ordinary JavaScript object, function or array has without being asked. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'toLocaleString',
  '__defineGetter__',
  '__lookupGetter__',
  'caller',
  'arguments',
]

type Shape = (name: string) => { readonly template: string; readonly gives?: string }

const GO: readonly Shape[] = [
  (name) => ({ template: `{{.${name}}}` }),
  (name) => ({ template: `{{$.user.${name}}}` }),
  (name) => ({ template: `{{.${name}.${name} "return process"}}` }),
  (name) => ({ template: `{{${name}}}` }),
  (name) => ({ template: `{{(fromJson "{}").${name}}}` }),
  (name) => ({ template: `[{{index . "${name}"}}]`, gives: '[]' }),
  (name) => ({ template: `[{{get (dict) "${name}"}}]`, gives: '[]' }),
  (name) => ({ template: `{{hasKey (dict) "${name}"}}`, gives: 'false' }),
  (name) => ({ template: `{{dig "${name}" "${name}" "none" (dict)}}`, gives: 'none' }),
  (name) => ({ template: `{{len (pluck "${name}" (dict) (dict))}}{{len (pick (dict) "${name}")}}`, gives: '00' }),
  (name) => ({ template: `{{with set (dict) "${name}" (dict "polluted" "x")}}{{.${name}.polluted}}{{end}}`, gives: 'x' }),
  (name) => ({
    template: `{{with merge (dict) (fromJson \`{"${name}":{"polluted":1}}\`)}}{{.${name}.polluted}}{{end}}`,
    gives: '1',
  }),
  (name) => ({ template: `{{with fromYaml "${name}: {polluted: 1}"}}{{toJson .}}{{end}}`, gives: `{"${name}":{"polluted":1}}` }),
]

const HANDLEBARS: readonly Shape[] = [
  (name) => ({ template: `{{${name}}}` }),
  (name) => ({ template: `{{this.[${name}]}}` }),
  (name) => ({ template: `{{lookup this "${name}"}}` }),
  (name) => ({ template: `{{lookup (lookup this "${name}") "${name}"}}` }),
  (name) => ({ template: `{{user.${name}.${name}}}` }),
  (name) => ({ template: `{{upper ${name}="x"}}` }),
  (name) => ({ template: `{{#each (list 1) as |${name}|}}{{${name}.${name}}}{{/each}}` }),
  (name) => ({ template: `[{{get (dict) "${name}"}}]`, gives: '[]' }),
  (name) => ({ template: `{{hasKey (dict) "${name}"}}`, gives: 'false' }),
  (name) => ({ template: `{{#if (lookup (dict) "${name}")}}reached{{else}}none{{/if}}`, gives: 'none' }),
  (name) => ({
    template: `{{#with (set (dict) "${name}" (dict "polluted" "x"))}}{{lookup (lookup this "${name}") "polluted"}}{{/with}}`,
    gives: 'x',
  }),
]

const SHAPES: readonly { readonly language: Language; readonly shape: Shape }[] = [
  ...GO.map((shape) => ({ language: 'go' as const, shape })),
  ...HANDLEBARS.map((shape) => ({ language: 'handlebars' as const, shape })),
]

/** A name is only ever what the data or the template put there. */
export const hostileNames: readonly HostileTemplate[] = NAMES.flatMap((name) =>
  SHAPES.map(({ language, shape }) => hostile(language, name, shape)),
)

function hostile(language: Language, name: string, shape: Shape): HostileTemplate {
  return { language, what: name, ends: 'as said', ...shape(name) }
}
