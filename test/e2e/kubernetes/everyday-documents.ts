import { parse } from 'yaml'
import type { Manifest } from './full-documents.ts'

/** What people write, right and wrong, a line each: the kind, and its spec as YAML has it. */
const LINES: Readonly<Record<string, string>> = {
  ExternalSecret: `
{secretStoreRef: {name: aws}, data: [{secretKey: password, remoteRef: {key: prod/db, property: password}}]}
{refreshInterval: 15m, secretStoreRef: {kind: ClusterSecretStore, name: vault-backend}, target: {name: db, creationPolicy: Owner}, dataFrom: [{extract: {key: db}}]}
{refreshInterval: 0, secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}
{refreshInterval: "0", secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}
{refreshInterval: 1h0m0s, secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}
{refreshInterval: 1d, secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, version: 3}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, version: "3"}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: 12}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, property: true}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: app/password, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: "", remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: .dockerconfigjson, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {property: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: b}]}
{secretStoreRef: {name: aws}, data: [{remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: {a: {key: b}}}
{secretStoreRef: {name: aws}, data: []}
{secretStoreRef: {name: aws}, data: null, dataFrom: [{extract: {key: b}}]}
{secretStoreRef: {name: aws}, data: [null]}
{secretStoreRef: {name: aws}, dataFrom: [{key: b}]}
{secretStoreRef: {name: aws}, dataFrom: [{}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: b}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {}}]}
{secretStoreRef: {name: aws}, dataFrom: {extract: {key: b}}}
{secretStoreRef: {name: aws}, dataFrom: [{find: {name: {regexp: "^prod/.*"}}, rewrite: [{regexp: {source: "prod/(.*)", target: "$1"}}]}]}
{secretStoreRef: {name: aws}, dataFrom: [{find: {path: /prod, tags: {team: payments}}}]}
{secretStoreRef: {name: aws}, dataFrom: [{find: {tags: {tier: 1}}}]}
{secretStoreRef: {name: aws}, dataFrom: [{find: {name: "^prod/.*"}}]}
{secretStoreRef: {name: aws}, dataFrom: [{find: {name: {regex: "^prod/.*"}}}]}
{secretStoreRef: {name: aws}, dataFrom: [{find: {}}, {extract: {key: c, decodingStrategy: Auto, conversionStrategy: Unicode}}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: [{regexp: {source: a, target: b}, transform: {template: c}}]}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: [{}]}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: [{regexp: {source: a}}]}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: {regexp: {source: a, target: b}}}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: [{merge: {into: all, strategy: JSON}}]}]}
{secretStoreRef: {name: aws}, dataFrom: [{extract: {key: b}, rewrite: [{merge: {conflictPolicy: ignore}}]}]}
{dataFrom: [{sourceRef: {generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: Password, name: pw}}}]}
{dataFrom: [{sourceRef: {generatorRef: {kind: ECRAuthorizationToken, name: ecr}}}], target: {template: {type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: "{{ .password }}"}}}}
{dataFrom: [{sourceRef: {generatorRef: {name: pw}}}]}
{dataFrom: [{sourceRef: {generatorRef: {kind: Passwords, name: pw}}}]}
{dataFrom: [{sourceRef: {}}]}
{dataFrom: [{sourceRef: {storeRef: {name: a}, generatorRef: {kind: UUID, name: b}}}]}
{data: [{secretKey: a, remoteRef: {key: b}, sourceRef: {storeRef: {name: other, kind: ClusterSecretStore}}}]}
{data: [{secretKey: a, remoteRef: {key: b}, sourceRef: {storeRef: {}}}]}
{secretStoreRef: {name: aws}, target: {template: {engineVersion: v1, data: {a: "{{ .a }}"}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {engineVersion: v2, mergePolicy: Merge, data: {a: "{{ .a }}"}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {mergePolicy: merge}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {data: {port: 5432}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {metadata: {labels: {critical: true}}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {metadata: {labels: {argocd.argoproj.io/secret-type: cluster}, annotations: {a: ""}}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {stringData: {a: b}}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {templateFrom: [{configMap: {name: cm, items: [{key: app.conf}]}}]}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {templateFrom: [{configMap: {name: cm}}]}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {templateFrom: [{secret: {name: s, items: [{key: a, templateAs: keysAndValues}]}}]}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {templateFrom: [{target: Data, literal: "a: b"}, {target: Annotations, literal: "c: d"}]}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {template: {templateFrom: [{target: spec, literal: "a: b"}]}, manifest: {apiVersion: v1, kind: ConfigMap}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {manifest: {kind: ConfigMap}}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {creationPolicy: owner}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {creationPolicy: Merge, deletionPolicy: Merge}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {creationPolicy: CreateOrMerge}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {creationPolicy: Orphan, deletionPolicy: Delete}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {deletionPolicy: Orphan}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {immutable: "true"}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: {name: My_Secret}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: null, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, target: my-secret, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: aws, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws, kind: clusterSecretStore}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws_store}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {kind: ClusterSecretStore}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws, namespace: other}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, decodingStrategy: base64}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, decodingStrategy: Base64URL, metadataPolicy: Fetch}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, conversionStrategy: None}}]}
{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b, nullBytePolicy: Fail}}]}
{secretStoreRef: {name: aws}, refreshPolicy: OnChange, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, refreshPolicy: Never, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, syncWindows: {kind: deny, windows: [{schedule: "0 9 * * 1-5", duration: 8h}]}, data: [{secretKey: a, remoteRef: {key: b}}]}
{secretStoreRef: {name: aws}, syncWindows: {kind: Deny, windows: []}, data: [{secretKey: a, remoteRef: {key: b}}]}
{backendType: secretsManager, data: [{key: prod/db, name: password}]}
{}
null
`,
  SecretStore: `
{provider: {aws: {service: SecretsManager, region: eu-west-1}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, auth: {}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, auth: {jwt: {serviceAccountRef: {name: sa}}}}}}
{provider: {aws: {service: ParameterStore, region: eu-west-1, prefix: /app/, role: "arn:aws:iam::123456789012:role/r", externalID: "1"}}}
{provider: {aws: {service: ParameterStore, region: eu-west-1, externalID: 1}}}
{provider: {aws: {service: secretsmanager, region: eu-west-1}}}
{provider: {aws: {service: SecretsManager}}}
{provider: {aws: {region: eu-west-1}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, auth: {secretRef: {accessKeyIDSecretRef: {name: aws, key: id}, secretAccessKeySecretRef: {name: aws, key: secret}}}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, auth: {secretRef: {accessKeyID: {name: aws, key: id}}}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, auth: {jwt: {serviceAccountRef: sa}}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, additionalRoles: "arn:aws:iam::123456789012:role/r"}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, sessionTags: {team: a}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1, sessionTags: [{key: team, value: a}], transitiveTagKeys: [team]}}}
{provider: {vault: {server: "https://vault:8200", path: secret, version: v2, auth: {kubernetes: {mountPath: kubernetes, role: app}}}}}
{provider: {vault: {server: "https://vault:8200", path: secret, version: 2}}}
{provider: {vault: {server: "https://vault:8200", path: secret, version: v3}}}
{provider: {vault: {path: secret, auth: {tokenSecretRef: {name: t, key: token}}}}}
{provider: {vault: {server: "https://vault:8200", auth: {kubernetes: {mountPath: kubernetes}}}}}
{provider: {vault: {server: "https://vault:8200", auth: {appRole: {path: approle, roleId: "1", secretRef: {name: s, key: k}}}}}}
{provider: {vault: {server: "https://vault:8200", auth: {appRole: {path: approle, roleId: 1, secretRef: {name: s, key: k}}}}}}
{provider: {vault: {server: "https://vault:8200", auth: {tokenSecretRef: {name: t, key: token, namespace: Other}}}}}
{provider: {vault: {server: "https://vault:8200", auth: {tokenSecretRef: t}}}}
{provider: {vault: {server: "https://vault:8200", caProvider: {type: configMap, name: ca, key: ca.crt}}}}
{provider: {vault: {server: "https://vault:8200", caProvider: {type: ConfigMap, name: ca, key: ca.crt}, namespace: null, headers: {x: "1"}}}}
{provider: {vault: {server: "https://vault:8200", headers: {x: 1}}}}
{provider: {gcpsm: {projectID: my-project}}}
{provider: {gcpsm: {projectID: 123456789}}}
{provider: {gcpsm: {projectID: my-project, location: europe-west1, auth: {workloadIdentity: {clusterLocation: europe-west1, clusterName: c, serviceAccountRef: {name: sa}}}}}}
{provider: {gcpsm: {projectID: my-project, auth: {workloadIdentity: {clusterName: c}}}}}
{provider: {gcpsm: {projectID: my-project, auth: {secretRef: {secretAccessKeySecretRef: {name: gcp, key: key.json}}}}}}
{provider: {gcpsm: null}}
{provider: {gcpsm: {}}}
{provider: {azurekv: {vaultUrl: "https://v.vault.azure.net", authType: WorkloadIdentity, serviceAccountRef: {name: sa}}}}
{provider: {azurekv: {vaultUrl: "https://v.vault.azure.net", authType: managedIdentity}}}
{provider: {azurekv: {vaultUrl: "https://v.vault.azure.net", tenantId: t, authSecretRef: {clientId: {name: a, key: id}, clientSecret: {name: a, key: secret}}}}}
{provider: {azurekv: {tenantId: t}}}
{provider: {azurekv: {vaultUrl: "https://v.vault.azure.net", authType: ManagedIdentity, identityId: 12}}}
{provider: {fake: {data: [{key: a, value: "1"}, {key: b, value: "2", version: v1}]}}}
{provider: {fake: {data: [{key: a, value: 1}]}}}
{provider: {fake: {data: [{key: a}]}}}
{provider: {fake: {}}}
{provider: {kubernetes: {remoteNamespace: default, auth: {serviceAccount: {name: sa}}}}}
{provider: {onepassword: {connectHost: "https://connect:8080", vaults: {prod: 1}}}}
{provider: {aws: {service: SecretsManager, region: eu-west-1}, fake: {data: []}}}
{provider: {}}
{provider: null}
{}
{provider: [aws]}
{provider: {fake: {data: []}}, controller: dev, refreshInterval: 3600, retrySettings: {maxRetries: 5, retryInterval: 10s}}
{provider: {fake: {data: []}}, retrySettings: {maxRetries: "5"}}
{provider: {fake: {data: []}}, retrySettings: {retryInterval: 10}}
{provider: {fake: {data: []}}, retrySettings: {maxRetries: 4294967296}}
{provider: {fake: {data: []}}, controller: true}
`,
  ClusterSecretStore: `
{provider: {fake: {data: []}}, conditions: [{namespaces: [a, b]}, {namespaceSelector: {matchLabels: {team: a}}}, {namespaceRegexes: ["^team-.*"]}]}
{provider: {fake: {data: []}}, conditions: [{namespaces: [Team_A]}]}
{provider: {fake: {data: []}}, conditions: {namespaces: [a]}}
{provider: {fake: {data: []}}, conditions: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [a]}]}}]}
{provider: {fake: {data: []}}, conditions: [{namespaceSelector: {matchExpressions: [{key: team}]}}]}
{provider: {fake: {data: []}}, conditions: [{namespaceSelector: {matchLabels: {tier: 1}}}]}
{provider: {vault: {server: "https://vault:8200", auth: {kubernetes: {role: app, serviceAccountRef: {name: sa, namespace: eso}}}}}}
`,
  ClusterExternalSecret: `
{namespaceSelector: {matchLabels: {team: a}}, externalSecretSpec: {secretStoreRef: {name: s}, data: [{secretKey: a, remoteRef: {key: b}}]}}
{namespaceSelectors: [{matchLabels: {team: a}}], refreshTime: 1h, externalSecretName: es, externalSecretSpec: {dataFrom: [{extract: {key: b}}], secretStoreRef: {name: s}}}
{namespaces: [a, b], externalSecretSpec: {secretStoreRef: {name: s}, data: [{secretKey: a}]}}
{namespaces: [a]}
{namespaces: a, externalSecretSpec: {data: []}}
{namespaceSelector: {matchLabels: {team: a}}, refreshTime: 5, externalSecretSpec: {data: []}}
`,
}

/** All of {@link LINES} as whole objects; their names say which line they are. */
export function everydayDocuments(
  apiVersion: Manifest['apiVersion'],
): readonly { readonly name: string; readonly document: Manifest }[] {
  return Object.entries(LINES).flatMap(([kind, lines]) =>
    lines
      .trim()
      .split('\n')
      .map((line) => {
        const metadata = kind.startsWith('Cluster') ? { name: 'app' } : { name: 'app', namespace: 'default' }
        return { name: `${kind} ${line}`, document: { apiVersion, kind, metadata, spec: parse(line) } }
      }),
  )
}
