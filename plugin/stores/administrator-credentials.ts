import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import type { CredentialsFolder } from './credentials-folder.ts'
import { DEFAULT_CA_KEY, TOKEN_KEY } from './local-credentials.ts'
import { ANNOTATIONS_KEY, mountedAnnotations } from './mounted-annotations.ts'
import { readPodToken } from './pod-token.ts'

/**
 * R4: a store of the administrator's logs in with the mounted folder or the process's own identity, never with anything of a stream.
 * `namespaceOf` says where a selector is looked up that names (or does not name) a namespace.
 */
export function administratorCredentials(
  namespaceOf: (own: string | undefined) => string,
  folder: CredentialsFolder | undefined,
): CredentialSource {
  async function required(
    selector: { readonly name: string; readonly namespace?: string | undefined },
    key: string,
    field: string,
  ): Promise<SecretValue> {
    const { name, namespace } = selector
    const where = namespaceOf(namespace)
    const value = await folder?.read(where, name, key)
    if (value) return value
    throw absent(`key ${quoteName(key)} of ${quoteName(name)}`, folder && `${folder.directory}/${where}/${name}/${key}`, field)
  }

  return {
    secretKey: (selector, field) => required(selector, selector.key, field),
    async labelledSecret({ name, namespace }, _label, field) {
      // What the administrator mounts for his own stores is labelled by being there.
      const where = namespaceOf(namespace)
      const data = await folder?.readAll(where, name)
      if (data) return data
      throw absent(`Secret ${quoteName(name)}`, folder && `${folder.directory}/${where}/${name}`, field)
    },
    caBundle: async (provider, field) =>
      new TextDecoder().decode((await required(provider, provider.key || DEFAULT_CA_KEY, field)).reveal()),
    async serviceAccountAnnotations({ name, namespace }) {
      const mounted = await folder?.read(namespaceOf(namespace), name, ANNOTATIONS_KEY)
      return mounted && mountedAnnotations(mounted)
    },
    serviceAccountToken: (selector, field) => required(selector, TOKEN_KEY, field),
    podToken: () => readPodToken(),
  }
}

function absent(what: string, place: string | undefined, field: string): SecretError {
  const where = place ?? 'a mounted folder, and none is named by --credentials'
  return new SecretError('InvalidSpec', `the administrator's store needs ${what}, looked for in ${where}`, {
    place: { field },
    remedy: 'have the administrator mount it below --credentials (DIR/NAMESPACE/NAME/KEY)',
  })
}
