import { optional, required, type ShapeInput, type ShapeTemplate } from './template-shape.ts'

/** RFC 3986: urlquery writes a space as +, which is a plus sign there. */
const ENCODED = 'urlquery | replace "+" "%20"'
/** RFC 3986, 3.2.2: an IPv6 address stands in brackets. */
const HOST = '{{ if regexMatch "^[0-9a-fA-F.]*(:[0-9a-fA-F.]*){2,}$" .host }}[{{ .host }}]{{ else }}{{ .host }}{{ end }}'
const PORT = '{{ with index . "port" }}:{{ . }}{{ end }}'
const DATABASE = `{{ with coalesce (index . "database") (index . "dbname") }}{{ . | ${ENCODED} }}{{ end }}`
const PARAMETERS = '{{ with index . "parameters" }}?{{ . }}{{ end }}'
const LOGIN = `{{ .username | ${ENCODED} }}:{{ .password | ${ENCODED} }}@`
const OPTIONAL_LOGIN = `{{ with index . "password" }}{{ with index $ "username" }}{{ . | ${ENCODED} }}{{ end }}:{{ . | ${ENCODED} }}@{{ end }}`

export const serverInputs: readonly ShapeInput[] = [
  required('host', 'host; an IPv6 address without brackets'),
  optional('port', "port; the client's default without it"),
  optional('database', 'database'),
  optional('dbname', 'the same by the name that AWS gives it'),
  optional('parameters', 'what follows the question mark, encoded already: `sslmode=require`'),
  optional('scheme', 'another scheme, such as `postgresql`, `rediss` or `mongodb+srv`'),
]
export const loginInputs: readonly ShapeInput[] = [required('username', 'user', 'text'), required('password', 'password', 'text')]
export const optionalLoginInputs: readonly ShapeInput[] = [
  optional('username', 'user', 'text'),
  optional('password', 'password; without it the URL has no login', 'text'),
]

/** The key `url`; the input `scheme` wins over `scheme`, which is a text of the template. */
export function urlTemplate(scheme: string, login: 'login' | 'optional login' = 'login'): ShapeTemplate {
  const shown = `{{ with index . "scheme" }}{{ . }}{{ else }}${scheme}{{ end }}`
  const user = login === 'login' ? LOGIN : OPTIONAL_LOGIN
  return { key: 'url', text: `${shown}://${user}${HOST}${PORT}/${DATABASE}${PARAMETERS}` }
}
