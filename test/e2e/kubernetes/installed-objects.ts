import assert from 'node:assert/strict'
import type { KubeObject } from '../servers/kube-object.ts'

interface PodSpec {
  readonly replicas: number
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> }
    readonly spec: {
      readonly securityContext: object
      readonly affinity: { readonly podAntiAffinity: object }
      readonly containers: readonly {
        readonly args: readonly string[]
        readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
        readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
        readonly securityContext: object
        readonly readinessProbe: object
        readonly livenessProbe: object
        readonly resources: { readonly requests: object; readonly limits: object }
      }[]
    }
  }
}

/** `spec` of the one object of a kind. */
function specOf(objects: readonly KubeObject[], kind: string): unknown {
  const [found, ...others] = specsOf(objects, kind)
  assert.ok(found && others.length === 0, kind)
  return found
}

function deploymentOf(objects: readonly KubeObject[]): PodSpec {
  return specOf(objects, 'Deployment') as PodSpec
}

export function argumentsOf(objects: readonly KubeObject[]): readonly string[] {
  return deploymentOf(objects).template.spec.containers[0]?.args ?? []
}

/** At least two replicas on different nodes where there are some, nothing writable, no capability; whatever selects pods selects these. */
export function assertRestricted(objects: readonly KubeObject[], command: readonly string[]): void {
  const { replicas, template } = deploymentOf(objects)
  const [container, ...others] = template.spec.containers
  assert.ok(container && others.length === 0 && replicas >= 2)
  assert.deepEqual(container.args.slice(0, command.length), command)
  assert.deepEqual(template.spec.securityContext, {
    runAsNonRoot: true,
    runAsUser: 999,
    seccompProfile: { type: 'RuntimeDefault' },
  })
  assert.deepEqual(container.securityContext, {
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  })
  assert.ok(template.spec.affinity.podAntiAffinity && container.readinessProbe && container.livenessProbe)
  assert.deepEqual(
    [Object.keys(container.resources.requests), Object.keys(container.resources.limits)],
    [['cpu', 'memory'], ['memory']],
  )
  for (const selector of objects.flatMap(selectorsOf)) {
    assert.ok(Object.keys(selector).length > 0)
    for (const [label, value] of Object.entries(selector)) assert.equal(template.metadata.labels[label], value, label)
  }
}

function selectorsOf({ kind, spec }: KubeObject): readonly Readonly<Record<string, string>>[] {
  const { selector, podSelector } = (spec ?? {}) as { selector?: object; podSelector?: { matchLabels: Record<string, string> } }
  if (kind === 'Service') return [selector as Record<string, string>]
  if (kind === 'NetworkPolicy') return [podSelector?.matchLabels ?? {}]
  return kind === 'PodDisruptionBudget' ? [(selector as { matchLabels: Record<string, string> }).matchLabels] : []
}

/** What it listens on, its Services lead to and its NetworkPolicies let in are the same ports; `open` are those that everybody may reach. */
export function assertReachable(objects: readonly KubeObject[], open: readonly string[] = []): void {
  const listened = deploymentOf(objects).template.spec.containers[0]?.ports.map(({ name }) => name) ?? []
  const services = specsOf(objects, 'Service') as readonly { ports: readonly { targetPort: string }[] }[]
  const policies = specsOf(objects, 'NetworkPolicy') as readonly {
    ingress: readonly { from?: readonly object[]; ports: readonly { port: string }[] }[]
  }[]
  const rules = policies.flatMap(({ ingress }) => ingress)
  const admitted = (some: typeof rules): readonly string[] =>
    some.flatMap(({ ports }) => ports.map(({ port }) => port)).toSorted()
  const served = services.flatMap(({ ports }) => ports.map(({ targetPort }) => targetPort))
  assert.deepEqual(served.toSorted(), listened.toSorted())
  assert.deepEqual(admitted(rules), listened.toSorted())
  assert.deepEqual(admitted(rules.filter(({ from }) => from === undefined)), open)
}

/** Events of providers come in by TLS, and each file that it is told of is mounted, not to be written. */
export function assertTakesEvents(objects: readonly KubeObject[]): void {
  assertReachable(objects, ['rotations'])
  const [container] = deploymentOf(objects).template.spec.containers
  const port = container?.ports.find(({ name }) => name === 'rotations')?.containerPort
  const words = container?.args.filter((word) => word.startsWith('--rotations')) ?? []
  assert.equal(words[0], `--rotations=0.0.0.0:${port}`)
  const files = words.slice(1).map((word) => word.split('='))
  assert.deepEqual(
    files.map(([name]) => name),
    ['--rotations-certificate', '--rotations-key', '--rotations-secret'],
  )
  for (const [name, file = ''] of files)
    assert.ok(
      container?.volumeMounts.some(({ mountPath, readOnly }) => readOnly && file.startsWith(`${mountPath}/`)),
      name,
    )
}

function specsOf(objects: readonly KubeObject[], kind: string): readonly unknown[] {
  return objects.filter((object) => object.kind === kind).map((object) => object['spec'])
}

/** A Service has the labels and the port that are scraped, and each alert says for how long and what it means. */
export function assertMonitored(objects: readonly KubeObject[]): void {
  const monitor = specOf(objects, 'ServiceMonitor') as {
    selector: { matchLabels: Record<string, string> }
    endpoints: readonly { port: string }[]
  }
  const services = objects.filter(
    ({ kind, metadata, spec }) =>
      kind === 'Service' &&
      Object.entries(monitor.selector.matchLabels).every(([label, value]) => metadata.labels?.[label] === value) &&
      (spec as { ports: readonly { name: string }[] }).ports.some(({ name }) => name === monitor.endpoints[0]?.port),
  )
  assert.equal(services.length, 1)
  const { groups } = specOf(objects, 'PrometheusRule') as {
    groups: readonly {
      rules: readonly { alert: string; for: string; labels: object; annotations: { summary: string; description: string } }[]
    }[]
  }
  const rules = groups.flatMap((group) => group.rules)
  assert.ok(
    rules.length > 0 &&
      rules.every(({ annotations, labels, ...rule }) => annotations.summary && annotations.description && labels && rule.for),
  )
  assert.ok(JSON.stringify(rules).includes(`job=\\"${services[0]?.metadata.name}\\"`))
}
