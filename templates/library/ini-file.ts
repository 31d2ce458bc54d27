import type { KeyRefusal, TemplateShape } from './template-shape.ts'

/** Without quotes: what no reader takes for a comment, a quote, an escape or a reference. */
const PLAIN = '^[A-Za-z0-9_./:@+-]+$'
const VALUE = `{{ if regexMatch "${PLAIN}" $value }}{{ $value }}{{ else }}"{{ $value | replace "\\\\" "\\\\\\\\" | replace "\\"" "\\\\\\"" }}"{{ end }}`

export const iniFile: TemplateShape = {
  name: 'ini-file',
  doc: 'One `key = value` a line. What stands before the first dot of a key is the section: `client.user` is `user` in `[client]`; keys without a dot come first. A value with more than letters, digits and `_./:@+-` is in double quotes, `"` and `\\` with a backslash, as option files of MySQL and most readers have it; the configparser of Python would keep the quotes.',
  inputs: [],
  anyKeys: { holds: 'line', refused: halfAName },
  data: [
    {
      key: 'config.ini',
      text: `{{- range $key, $value := . }}{{ if not (contains "." $key) }}{{ $key }} = ${VALUE}
{{ end }}{{ end -}}
{{- $section := "" -}}
{{- range $key, $value := . }}{{ if contains "." $key }}
{{- $parts := splitn "." 2 $key -}}
{{- if ne $section $parts._0 }}{{ $section = $parts._0 }}[{{ $section }}]
{{ end }}{{ $parts._1 }} = ${VALUE}
{{ end }}{{ end }}`,
    },
  ],
  example: {
    values: { 'client.user': 'ada', 'client.password': 'a"b#c', 'mysqldump.user': 'backup', verbose: '1' },
    gives: { 'config.ini': 'verbose = 1\n[client]\npassword = "a\\"b#c"\nuser = ada\n[mysqldump]\nuser = backup\n' },
  },
}

function halfAName(keys: readonly string[]): KeyRefusal | undefined {
  const key = keys.find((name) => name.startsWith('.') || name.endsWith('.'))
  return key === undefined ? undefined : { key, why: 'begins or ends with a dot: section or key would have no name' }
}
