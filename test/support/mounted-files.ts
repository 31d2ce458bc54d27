import { SecretValue } from '../../plugin/model/secret-value.ts'
import type { CredentialsFolder } from '../../plugin/stores/credentials-folder.ts'

/** A mounted folder of these files by `NAMESPACE/NAME/KEY`; `asked` of what was read by its key. */
export function mountedFiles(
  files: Readonly<Record<string, string>>,
  directory = '/mounted',
): CredentialsFolder & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    directory,
    asked,
    async read(namespace, name, key) {
      const file = `${namespace}/${name}/${key}`
      asked.push(file)
      return files[file] === undefined ? undefined : SecretValue.fromText(files[file])
    },
    async readAll(namespace, name) {
      const folder = `${namespace}/${name}/`
      const found = Object.entries(files).filter(([file]) => file.startsWith(folder))
      if (found.length === 0) return undefined
      return new Map(found.map(([file, text]) => [file.slice(folder.length), SecretValue.fromText(text)]))
    },
  }
}
