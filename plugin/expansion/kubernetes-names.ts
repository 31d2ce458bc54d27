/** apimachinery, IsConfigMapKey: also the rule for a Secret's keys. */
const DATA_KEY = /^[-._a-zA-Z0-9]{1,253}$/
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
/** apimachinery, IsQualifiedName: the part behind an optional prefix, which is a DNS subdomain. */
const NAME_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/** Whether a Secret may have the key. */
export function isDataKey(text: string): boolean {
  return DATA_KEY.test(text) && text !== '.' && !text.startsWith('..')
}

export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text)
}

export function isLabel(name: string, value: string): boolean {
  return isQualifiedName(name) && LABEL_VALUE.test(value)
}

/** The case of its letters does not matter in an annotation's name. */
export function isAnnotationName(name: string): boolean {
  return isQualifiedName(name.toLowerCase())
}

function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/')
  return (slash === -1 || isDnsSubdomain(text.slice(0, slash))) && NAME_PART.test(text.slice(slash + 1))
}
