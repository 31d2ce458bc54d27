import { optional, required, type TemplateShape } from './template-shape.ts'

/** kubernetes.io/dockerconfigjson (Kubernetes, "Pull an Image from a Private Registry"). */
export const dockerConfigJson: TemplateShape = {
  name: 'dockerconfigjson',
  doc: 'An image pull secret for one registry. Docker Hub is `https://index.docker.io/v1/`.',
  inputs: [
    required('registry', 'host of the registry'),
    required('username', 'user'),
    required('password', 'password or token', 'text'),
    optional('email', 'address, which some old registries want'),
  ],
  type: 'kubernetes.io/dockerconfigjson',
  data: [
    {
      key: '.dockerconfigjson',
      text: `{{- $login := dict "username" .username "password" .password "auth" (printf "%s:%s" .username .password | b64enc) -}}
{{- with index . "email" }}{{ $_ := set $login "email" . }}{{ end -}}
{{ dict "auths" (dict .registry $login) | toRawJson }}`,
    },
  ],
  example: {
    values: { registry: 'registry.example.com', username: 'robot', password: 'a&b"c', email: 'robot@example.com' },
    gives: {
      '.dockerconfigjson':
        '{"auths":{"registry.example.com":{"auth":"cm9ib3Q6YSZiImM=","email":"robot@example.com","password":"a&b\\"c","username":"robot"}}}',
    },
  },
}
