/** As Go's base64.StdEncoding, which Kubernetes reads `data` with: padding is needed, line ends count for nothing. Undefined for what is no base64. */
export function decodedBase64(text: string): Buffer | undefined {
  const signs = text.replaceAll(/[\r\n]/g, '')
  if (signs.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(signs)) return undefined
  return Buffer.from(signs, 'base64')
}
