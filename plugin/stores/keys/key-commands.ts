/** Commands for the administrator, as `doctor` prints them; NAME and NAMESPACE as in manifests/install. */
export const keyCommands = {
  /** The first key. */
  create: [
    'openssl rand -out v1 32',
    'kubectl --namespace argocd create secret generic argocd-external-secrets-keys --from-file=v1',
    'shred -u v1',
  ],
  /** A further version beside the ones there are; mounted everywhere within a minute or so. */
  rotate: rotateCommands(2),
} as const satisfies Readonly<Record<string, readonly string[]>>

/** `version` is one that is not there yet. */
export function rotateCommands(version: number): readonly string[] {
  const name = `v${version}`
  return [
    `openssl rand -out ${name} 32`,
    `kubectl --namespace argocd patch secret argocd-external-secrets-keys --type merge --patch "{\\"data\\":{\\"${name}\\":\\"$(base64 < ${name} | tr -d '\\n')\\"}}"`,
    `shred -u ${name}`,
  ]
}
