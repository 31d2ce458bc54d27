import type { TemplateShape } from './template-shape.ts'

/** java.util.Properties, load: keys of a Secret need no escapes there, of a value only these characters and a space at its beginning. */
const ESCAPED = [
  'replace "\\\\" "\\\\\\\\"',
  'replace "\\n" "\\\\n"',
  'replace "\\r" "\\\\r"',
  'replace "\\t" "\\\\t"',
  'replace "\\f" "\\\\f"',
].join(' | ')

export const propertiesFile: TemplateShape = {
  name: 'properties-file',
  doc: 'One `key=value` a line, as `java.util.Properties` reads it from a UTF-8 reader (Spring does so too).',
  inputs: [],
  anyKeys: { holds: 'text' },
  data: [
    {
      key: 'application.properties',
      text: `{{- range $key, $value := . }}{{ $key }}={{ if hasPrefix " " $value }}\\{{ end }}{{ $value | ${ESCAPED} }}
{{ end }}`,
    },
  ],
  example: {
    values: { 'spring.datasource.username': 'ada', 'spring.datasource.password': ' C:\\new=1' },
    gives: {
      'application.properties': 'spring.datasource.password=\\ C:\\\\new=1\nspring.datasource.username=ada\n',
    },
  },
}
