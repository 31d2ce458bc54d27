/** `shop` of `team-a_shop`: an Application outside Argo CD's own namespace is named so in a request, and no name in Kubernetes has an underscore (argocd.md 1.4). */
export function applicationName(instanceName: string): string {
  return instanceName.slice(instanceName.indexOf('_') + 1)
}
