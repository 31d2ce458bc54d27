import path from 'node:path'
import { SecretError } from '../../model/secret-error.ts'
import type { KustomizeParameters } from './source-parameters.ts'
import type { SourceRequest } from './source-request.ts'

/**
 * What the parameters ask for, as a kustomization in `folder` over the application's own; `undefined` when they ask for nothing.
 * Argo CD edits the application's kustomization instead. Over it the result is the same, except that a prefix or a suffix comes in addition.
 */
export function kustomizeOverlay(request: SourceRequest, folder: string): string | undefined {
  const { namePrefix, nameSuffix, namespace, images, labels, annotations } = request.parameters.kustomize
  const asked = {
    ...(namePrefix !== '' && { namePrefix }),
    ...(nameSuffix !== '' && { nameSuffix }),
    ...(namespace !== '' && { namespace }),
    ...(images.length > 0 && { images: images.map(imageOf) }),
    ...(isSomething(labels) && { labels: [{ pairs: labels, includeSelectors: false }] }),
    ...(isSomething(annotations) && { commonAnnotations: annotations }),
  }
  if (Object.keys(asked).length === 0) return undefined
  // JSON is YAML. A base is named by a relative path: kustomize takes no absolute ones.
  return JSON.stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [path.relative(folder, request.folder)],
    ...asked,
  })
}

function isSomething(pairs: KustomizeParameters['labels']): boolean {
  return Object.keys(pairs).length > 0
}

/** `name=new-name:tag@digest`, each part but the name optional, as `kustomize edit set image` reads it. */
function imageOf(text: string): Readonly<Record<string, string>> {
  const [, name, newName, nameAlone, newTag, digest] =
    /^(?:([^=@]+)=([^=@]+?)|([^=@]+?))(?::([\w][\w.-]*))?(?:@([a-z0-9]+:[0-9a-f]+))?$/.exec(text) ?? []
  const replaced = name ?? nameAlone
  if (replaced === undefined || !(newName ?? newTag ?? digest)) {
    throw new SecretError('InvalidSpec', 'plugin parameters: an entry of kustomize-images is none', {
      remedy: 'write NAME=NEW-NAME:TAG, NAME:TAG or NAME@DIGEST',
    })
  }
  return { name: replaced, ...(newName && { newName }), ...(newTag && { newTag }), ...(digest && { digest }) }
}
