import { optional, required, type TemplateShape } from './template-shape.ts'

/** kubernetes.io/ssh-auth (Kubernetes, "Secrets"); OpenSSH refuses a private key that does not end with a line break. */
export const sshAuth: TemplateShape = {
  name: 'ssh-auth',
  doc: 'A private key for SSH, which ends with exactly one line break, as OpenSSH needs it.',
  inputs: [
    required('privateKey', 'private key, as `ssh-keygen` writes it', 'private key'),
    optional('knownHosts', 'lines of `known_hosts`', 'text'),
  ],
  type: 'kubernetes.io/ssh-auth',
  data: [
    { key: 'ssh-privatekey', text: '{{ trim .privateKey }}\n' },
    { key: 'known_hosts', text: '{{ trim .knownHosts }}\n', onlyWith: 'knownHosts' },
  ],
  example: {
    values: { privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-key\n-----END OPENSSH PRIVATE KEY-----' },
    gives: { 'ssh-privatekey': '-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-key\n-----END OPENSSH PRIVATE KEY-----\n' },
  },
}
