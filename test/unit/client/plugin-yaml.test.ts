import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { announcementsOfSources, pluginYaml, pluginYamlFile, sourceAnnouncementsFile } from '../../../.ci/plugin-yaml.ts'
import { authorOptions } from '../../../plugin/config/author-options.ts'

interface PluginYaml {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> }
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly parameters: { readonly static: readonly { readonly name: string }[] }
  }
}

const written: PluginYaml = parse(readFileSync(pluginYamlFile, 'utf8'))
const announced: Readonly<Record<string, readonly { readonly name: string }[]>> = JSON.parse(
  readFileSync(sourceAnnouncementsFile, 'utf8'),
)

test('plugin.yaml and the announcements are those that the options make (npm run generate)', () => {
  assert.equal(readFileSync(pluginYamlFile, 'utf8'), pluginYaml())
  assert.equal(readFileSync(sourceAnnouncementsFile, 'utf8'), announcementsOfSources())
})

test('every option of an author is announced once, and nothing else', () => {
  const names = [written.spec.parameters.static, ...Object.values(announced)].flat().map(({ name }) => name)
  assert.deepEqual(names.toSorted(), authorOptions.map(({ name }) => name).toSorted())
})

test('the plugin has the version of the package and a name without it', () => {
  const { name, version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    name: string
    version: string
  }
  assert.equal(written.metadata.name, name)
  assert.equal(written.metadata.annotations['argocd-external-secrets.io/version'], version)
  assert.equal('version' in written.spec, false)
})

test('no application is unpacked to be discovered, and no credential of a repository is given', () => {
  assert.equal('discover' in written.spec, false)
  assert.equal(written.spec['provideGitCreds'], false)
})
