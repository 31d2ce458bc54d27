import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** Where the secrets of a store are. */
export interface SecretScope {
  readonly project: string
  readonly location: string | undefined
}

/** Resource names hold no slash of the author's: a key cannot reach into another project. */
const SECRET_ID = /^[\w-]{1,255}$/
/** A number, `latest`, or an alias (resources.proto, Secret.version_aliases). */
const VERSION = /^[a-zA-Z0-9][\w-]{0,62}$/
/** An id, perhaps below a domain (`example.com:app`), or a number; never `..`, which a URL takes for a step. */
const PROJECT = /^[a-z0-9][a-z0-9.:-]{0,127}$/

/** `projects/P[/locations/L]/secrets/KEY`. Throws SecretError InvalidSpec for a key that is no secret's id. */
export function secretName(scope: SecretScope, key: string): string {
  if (!SECRET_ID.test(key)) {
    throw new SecretError('InvalidSpec', `${quoteName(key)} is no id of a secret`, {
      remedy: "use the secret's id alone: letters, digits, - and _; project and location belong to the store",
    })
  }
  return `${scopeName(scope)}/secrets/${key}`
}

/** `projects/P[/locations/L]`. */
export function scopeName({ project, location }: SecretScope): string {
  return `projects/${project}${location === undefined ? '' : `/locations/${location}`}`
}

/** `…/secrets/KEY/versions/VERSION`. Throws SecretError InvalidSpec. */
export function versionName(secret: string, version: string): string {
  if (VERSION.test(version)) return `${secret}/versions/${version}`
  throw new SecretError('InvalidSpec', `${quoteName(version)} is no version`, { remedy: 'use a number, latest, or an alias' })
}

/** Throws SecretError InvalidSpec. */
export function checkProject(project: string): string {
  if (PROJECT.test(project)) return project
  throw new SecretError('InvalidSpec', `${quoteName(project)} is no id of a project`, {
    place: { field: 'spec.provider.gcpsm.projectID' },
  })
}
