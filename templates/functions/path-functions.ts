import type { ByteText } from '../byte-text.ts'
import { types } from '../go-type.ts'
import { baseName, cleanPath, directoryOf, extensionOf } from './slash-path.ts'
import type { TemplateFunction } from './template-function.ts'

/** What a path function and its `os` twin do: on the system that External Secrets runs on both are the same. */
function withSystemTwin(
  name: string,
  doc: string,
  [path, gives]: readonly [path: string, gives: string],
  run: (path: ByteText) => ByteText,
): readonly TemplateFunction[] {
  return [name, `os${name.charAt(0).toUpperCase()}${name.slice(1)}`].map((name) => ({
    name,
    parameters: [{ name: 'path', type: types.string }],
    returns: types.string,
    doc,
    source: 'sprig',
    example: { go: `{{${name} "${path}"}}`, gives },
    safeMessage: true,
    run: (call) => run(call.text(0)),
  }))
}

export const pathFunctions: readonly TemplateFunction[] = [
  ...withSystemTwin('base', 'The last element of the path.', ['/etc/tls/ca.crt', 'ca.crt'], baseName),
  ...withSystemTwin('dir', 'The path without its last element.', ['/etc/tls/ca.crt', '/etc/tls'], directoryOf),
  ...withSystemTwin('clean', 'The shortest path that means the same.', ['/etc/../etc//tls/.', '/etc/tls'], cleanPath),
  ...withSystemTwin('ext', 'The end of the last element from its last dot on.', ['/etc/tls/ca.crt', '.crt'], extensionOf),
  ...['isAbs', 'osIsAbs'].map(
    (name): TemplateFunction => ({
      name,
      parameters: [{ name: 'path', type: types.string }],
      returns: types.bool,
      doc: 'Whether the path starts with a slash.',
      source: 'sprig',
      example: { go: `{{${name} "/etc"}}`, gives: 'true' },
      safeMessage: true,
      run: (call) => call.text(0).startsWith('/'),
    }),
  ),
]
