/**
 * The address of an API server as its own text says it; `undefined` for what is none. Without a scheme it is https: client-go takes http there when no
 * authority is named, and would send the token as anybody can read it.
 */
export function serverUrl(text: string): URL | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  const isPlain = url?.username === '' && url.password === ''
  // An empty query would take in the path that follows.
  return url && isHttp && isPlain && !/[\s\\?#]/.test(text) ? url : undefined
}
