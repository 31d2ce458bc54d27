import type { KeyRefusal, TemplateShape } from './template-shape.ts'

/** TOML 1.0: JSON's texts are TOML's basic strings, but for DEL, which must be escaped. */
export const tomlFile: TemplateShape = {
  name: 'toml-file',
  doc: 'Every fetched key as a text, as in `user = "ada"`. A dot in a key makes a table: `client.user` is `user` in `client`.',
  inputs: [],
  anyKeys: { holds: 'text', refused: keyAndTable },
  data: [
    {
      key: 'config.toml',
      text: `{{- range $key, $value := . }}
{{- if regexMatch "^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$" $key }}{{ $key }}{{ else }}{{ toRawJson $key }}{{ end }} = {{ toRawJson $value | replace "\\x7f" "\\\\u007F" }}
{{ end }}`,
    },
  ],
  example: {
    values: { title: 'say "hi"', 'client.user': 'ada', 'client.password': 'back\\slash\nline' },
    gives: { 'config.toml': 'client.password = "back\\\\slash\\nline"\nclient.user = "ada"\ntitle = "say \\"hi\\""\n' },
  },
}

function keyAndTable(keys: readonly string[]): KeyRefusal | undefined {
  const key = keys.find((name) => keys.some((other) => other.startsWith(`${name}.`)))
  return key === undefined ? undefined : { key, why: 'is a table as well, since other keys begin with it and a dot' }
}
