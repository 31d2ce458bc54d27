import { authorOptions } from './author-options.ts'
import type { Option } from './option.ts'

/** A parameter as Argo CD shows it in its UI (reposerver/repository, ParameterAnnouncement). A default is shown and not sent to the plugin. */
export interface ParameterAnnouncement {
  readonly name: string
  readonly title: string
  readonly tooltip: string
  readonly itemType: 'string' | 'boolean' | 'number'
  readonly collectionType: 'string' | 'array' | 'map'
  readonly string?: string
}

/** Of the options that only one kind of source knows, the prefix of their names. */
const OF_A_SOURCE = /^(helm|kustomize|directory)-/

/** What an author may set, whatever the source is. */
export function generalAnnouncements(): readonly ParameterAnnouncement[] {
  return authorOptions.filter(({ name }) => !OF_A_SOURCE.test(name)).map(announcement)
}

/** What an author may set for one kind of source. */
export function sourceAnnouncements(kind: 'helm' | 'kustomize' | 'directory'): readonly ParameterAnnouncement[] {
  return authorOptions.filter(({ name }) => name.startsWith(`${kind}-`)).map(announcement)
}

function announcement(option: Option<unknown>): ParameterAnnouncement {
  const { name, doc, collection } = option
  const words = name.replaceAll('-', ' ')
  return {
    name,
    title: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    tooltip: doc,
    itemType: itemTypeOf(option),
    collectionType: collection ?? 'string',
    ...(collection === undefined && { string: String(option.default) }),
  }
}

function itemTypeOf({ default: value }: Option<unknown>): ParameterAnnouncement['itemType'] {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'number' : 'string'
}
