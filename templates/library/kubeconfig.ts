import { EXAMPLE_CERTIFICATE } from './example-certificate.ts'
import { optional, required, type TemplateShape } from './template-shape.ts'

/** Kubernetes, "kubeconfig (v1)". */
export const kubeconfig: TemplateShape = {
  name: 'kubeconfig',
  doc: 'Access to one cluster, with a token or a client certificate.',
  inputs: [
    required('server', "URL of the cluster's API"),
    optional('ca', 'certificate of the authority in PEM', 'certificate'),
    optional('token', 'bearer token'),
    optional('clientCertificate', 'client certificate in PEM', 'certificate'),
    optional('clientKey', 'its private key in PEM', 'private key'),
    optional('namespace', 'default namespace'),
  ],
  oneOf: [['token'], ['clientCertificate', 'clientKey']],
  data: [
    {
      key: 'kubeconfig',
      text: `{{- $cluster := dict "server" .server -}}
{{- with index . "ca" }}{{ $_ := set $cluster "certificate-authority-data" (b64enc .) }}{{ end -}}
{{- $user := dict -}}
{{- with index . "token" }}{{ $_ := set $user "token" . }}{{ end -}}
{{- with index . "clientCertificate" }}{{ $_ := set $user "client-certificate-data" (b64enc .) }}{{ end -}}
{{- with index . "clientKey" }}{{ $_ := set $user "client-key-data" (b64enc .) }}{{ end -}}
{{- $context := dict "cluster" "default" "user" "default" -}}
{{- with index . "namespace" }}{{ $_ := set $context "namespace" . }}{{ end -}}
apiVersion: v1
kind: Config
current-context: default
{{ dict "clusters" (list (dict "name" "default" "cluster" $cluster)) | toYaml }}
{{ dict "contexts" (list (dict "name" "default" "context" $context)) | toYaml }}
{{ dict "users" (list (dict "name" "default" "user" $user)) | toYaml }}
`,
    },
  ],
  example: {
    values: { server: 'https://cluster.example.com:6443', ca: EXAMPLE_CERTIFICATE, token: 'not-a-token', namespace: 'team-a' },
    gives: {
      kubeconfig: `apiVersion: v1
kind: Config
current-context: default
clusters:
- cluster:
    certificate-authority-data: ${btoa(EXAMPLE_CERTIFICATE)}
    server: https://cluster.example.com:6443
  name: default
contexts:
- context:
    cluster: default
    namespace: team-a
    user: default
  name: default
users:
- name: default
  user:
    token: not-a-token
`,
    },
  },
}
