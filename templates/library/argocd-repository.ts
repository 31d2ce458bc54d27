import { optional, required, type TemplateShape } from './template-shape.ts'

/** Argo CD, "Declarative Setup", Repositories. */
export const argocdRepository: TemplateShape = {
  name: 'argocd-repository',
  doc: 'A repository of Argo CD: Git over HTTPS or SSH, Helm or OCI.',
  inputs: [
    required('url', 'URL of the repository'),
    optional('type', '`git` (without it), `helm` or `oci`'),
    optional('name', 'name, which Helm repositories need'),
    optional('project', 'AppProject that may use it'),
    optional('username', 'user', 'text'),
    optional('password', 'password or token', 'text'),
    optional('sshPrivateKey', 'private key', 'private key'),
  ],
  labels: { 'argocd.argoproj.io/secret-type': 'repository' },
  data: [
    { key: 'url', text: '{{ .url }}' },
    { key: 'type', text: '{{ index . "type" | default "git" }}' },
    { key: 'name', text: '{{ .name }}', onlyWith: 'name' },
    { key: 'project', text: '{{ .project }}', onlyWith: 'project' },
    { key: 'username', text: '{{ .username }}', onlyWith: 'username' },
    { key: 'password', text: '{{ .password }}', onlyWith: 'password' },
    { key: 'sshPrivateKey', text: '{{ trim .sshPrivateKey }}\n', onlyWith: 'sshPrivateKey' },
  ],
  onlyByPolicy:
    'the Secret would be a part of the configuration of Argo CD, which a render makes only where a policy rule allows it, and there are no policy rules yet',
  example: {
    values: { url: 'https://git.example.com/team-a/app.git', username: 'robot', password: 'not-a-secret' },
    gives: { url: 'https://git.example.com/team-a/app.git', type: 'git', username: 'robot', password: 'not-a-secret' },
  },
}
