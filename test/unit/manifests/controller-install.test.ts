import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { controller } from '../../../plugin/cli/commands/controller.ts'
import { intakeAudience, intakeServiceAccounts } from '../../../plugin/config/applications-options.ts'
import { controllerLinkOptions } from '../../../plugin/config/controller-link-options.ts'

const ROOT = 'manifests/install'

/** What a file or a patch in it gives the program as words. */
function wordsIn(file: string): readonly string[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(/--[a-z-]+(?==)/g), ([word]) => word)
}

describe('the installations of the controllers', () => {
  test('give the program options that it knows', () => {
    const known = new Set(controller.options.map(({ name }) => `--${name}`))
    const used = globSync(`${ROOT}/{external-secrets,applications}/**/*.yaml`).flatMap((file) =>
      wordsIn(file).map((word) => `${file}: ${word}`),
    )
    assert.ok(used.length > 2)
    assert.deepEqual(
      used.filter((place) => !known.has(place.slice(place.lastIndexOf(' ') + 1))),
      [],
    )
  })

  test('mount what they are given as it is, none of it writable but /tmp', () => {
    for (const file of globSync(`${ROOT}/{external-secrets,applications}/base/deployment.yaml`)) {
      const { volumes, containers } = parse(readFileSync(file, 'utf8')).spec.template.spec
      const mounts: readonly { name: string; mountPath: string; readOnly?: boolean }[] = containers[0].volumeMounts
      assert.deepEqual(
        (volumes as readonly { name: string }[]).map(({ name }) => name),
        mounts.map(({ name }) => name),
      )
      assert.deepEqual(
        mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath),
        ['/tmp'],
      )
      const paths = containers[0].args.flatMap((word: string) => /=(\/etc\/.*)$/.exec(word)?.[1] ?? [])
      for (const path of paths)
        assert.ok(
          mounts.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`)),
          path,
        )
    }
  })

  test('the daemon of the sidecar is told where the controller is by variables that it knows', () => {
    const patch = parse(readFileSync(`${ROOT}/applications/daemon-link/repo-server.yaml`, 'utf8'))
    const [{ name: container, env }] = patch.spec.template.spec.containers
    const sidecar = parse(readFileSync(`${ROOT}/sidecar/repo-server.yaml`, 'utf8'))
    assert.ok((sidecar.spec.template.spec.containers as readonly { name: string }[]).some((one) => one.name === container))
    const known = new Set(controllerLinkOptions.map((option) => option.env))
    assert.deepEqual(
      // What comes from the Pod is there for other variables to name.
      (env as readonly { name: string; value?: string }[]).filter(({ name, value }) => value !== undefined && !known.has(name)),
      [],
    )
  })

  test('let in the ServiceAccount of repo-server by a token that is for the controller, short, and mounted to the daemon alone', () => {
    const deployment = parse(readFileSync(`${ROOT}/applications/base/deployment.yaml`, 'utf8'))
    const [{ args, env }] = deployment.spec.template.spec.containers
    const own = env.find(({ name }: { name: string }) => name === intakeServiceAccounts.env)
    assert.equal(own.value, '$(POD_NAMESPACE)/argocd-repo-server')
    assert.doesNotMatch(JSON.stringify(args), /intake-(token|audience)/)
    const { volumes, containers } = parse(readFileSync(`${ROOT}/applications/daemon-link/repo-server.yaml`, 'utf8')).spec.template
      .spec
    const tokens = volumes.flatMap(({ projected }: { projected: { sources: readonly object[] } }) =>
      projected.sources.filter((source) => 'serviceAccountToken' in source),
    )
    assert.deepEqual(tokens, [
      { serviceAccountToken: { audience: intakeAudience.default, expirationSeconds: 600, path: 'token' } },
    ])
    assert.deepEqual(
      containers.map(({ name }: { name: string }) => name),
      ['external-secrets-daemon'],
    )
  })

  test('grant no right by a wildcard, and none to escalate', () => {
    for (const file of globSync(`${ROOT}/{external-secrets,applications}/**/{rights,election}.yaml`)) {
      const rules = parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => document.toJS().rules ?? [])
      assert.ok(rules.length > 0, file)
      for (const { apiGroups, resources, verbs } of rules as readonly Record<string, readonly string[]>[])
        for (const word of [...(apiGroups ?? []), ...(resources ?? []), ...(verbs ?? [])])
          assert.doesNotMatch(word, /\*|escalate|bind|impersonate|deletecollection/, file)
    }
  })
})
