import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Where a chart and its lock name the repositories of dependencies; the older spelling is that of charts with `apiVersion: v1`. */
const NAMED_IN = ['Chart.yaml', 'Chart.lock', 'requirements.yaml', 'requirements.lock']
/** A line of YAML, block or flow. Too many found are downloads too many, nothing else. */
const REPOSITORY = /\brepository:\s*["']?(https?:\/\/[^\s"'#,}\]]+)/g

/**
 * A repository file with every repository that the dependencies name: with a lock `helm dependency build` takes them from there alone. Argo CD adds
 * them one by one (reposerver/repository, getHelmRepos). JSON, which is YAML.
 */
export function helmRepositories(folder: string): string {
  const urls = new Set(
    NAMED_IN.flatMap((name) => Array.from(textOf(path.join(folder, name)).matchAll(REPOSITORY), ([, url]) => url)),
  )
  return JSON.stringify({
    apiVersion: '',
    repositories: Array.from(urls, (url, index) => ({ name: `dependency-${index}`, url })),
  })
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
