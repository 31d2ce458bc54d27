import type { KeyRefusal, TemplateShape } from './template-shape.ts'

/** POSIX, "Environment Variables": what a shell can set. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

export const envFile: TemplateShape = {
  name: 'env-file',
  doc: 'One `NAME=value` a line, in the quotes of a POSIX shell, so that `. ./.env` sets every value as it is. Readers of dotenv files agree unless a value holds a single quote.',
  inputs: [],
  anyKeys: { holds: 'text', refused: notAVariable },
  data: [
    {
      key: '.env',
      text: `{{- range $name, $value := . }}{{ $name }}='{{ replace "'" "'\\\\''" $value }}'
{{ end }}`,
    },
  ],
  example: {
    values: { DB_USER: 'ada', DB_PASSWORD: "it's $5" },
    gives: { '.env': "DB_PASSWORD='it'\\''s $5'\nDB_USER='ada'\n" },
  },
}

function notAVariable(keys: readonly string[]): KeyRefusal | undefined {
  const key = keys.find((name) => !VARIABLE.test(name))
  return key === undefined ? undefined : { key, why: 'is no name of a variable: letters, digits and _, no digit first' }
}
