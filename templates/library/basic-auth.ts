import { required, type TemplateShape } from './template-shape.ts'

/** kubernetes.io/basic-auth (Kubernetes, "Secrets"). */
export const basicAuth: TemplateShape = {
  name: 'basic-auth',
  doc: 'User and password, as ingress controllers and Git clients take them.',
  inputs: [required('username', 'user', 'text'), required('password', 'password', 'text')],
  type: 'kubernetes.io/basic-auth',
  data: [
    { key: 'username', text: '{{ .username }}' },
    { key: 'password', text: '{{ .password }}' },
  ],
  example: { values: { username: 'ada', password: 'not-a-secret' }, gives: { username: 'ada', password: 'not-a-secret' } },
}
