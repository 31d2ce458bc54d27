import { readFileSync } from 'node:fs'
import { generalAnnouncements, type ParameterAnnouncement, sourceAnnouncements } from '../plugin/config/parameter-announcement.ts'

/** The definition of the plugin and what the client announces for a folder, made from the options. `npm run generate` writes them, a test compares. */
export const pluginYamlFile = new URL('../plugin.yaml', import.meta.url)
export const sourceAnnouncementsFile = new URL('../plugin/client/source-announcements.json', import.meta.url)

const packageFile = new URL('../package.json', import.meta.url)

export function pluginYaml(): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(packageFile, 'utf8'))
  return `# The plugin as argocd-cmp-server reads it. Made from the options by \`npm run generate\`; do not edit.
# There is no spec.discover: an application names the plugin, and no other one is unpacked only to be asked whether it would like to be rendered by it.
# There is no spec.version either: Argo CD would make it part of the name that every application has to say.
apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: argocd-external-secrets
  annotations:
    argocd-external-secrets.io/version: ${JSON.stringify(version)}
spec:
  generate:
    command: [argocd-external-secrets-client, generate, .]
  # Nothing of a repository is run, so nothing of it needs to be executable; and no credential of a repository comes near what Git controls.
  preserveFileMode: false
  provideGitCreds: false
  parameters:
    # What only helm, kustomize or a plain directory knows is announced for the folder in question.
    dynamic:
      command: [argocd-external-secrets-client, parameters, .]
    static:
${generalAnnouncements().map(staticEntry).join('')}`
}

export function announcementsOfSources(): string {
  const kinds = (['helm', 'kustomize', 'directory'] as const).map((kind) => [kind, sourceAnnouncements(kind)])
  return `${JSON.stringify(Object.fromEntries(kinds), undefined, 2)}\n`
}

function staticEntry(entry: ParameterAnnouncement): string {
  const [first = '', ...rest] = Object.entries(entry).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
  return `      - ${first}${rest.map((line) => `        ${line}`).join('')}`
}
