/** The process's own environment, read once. The only place that touches `process.env`. */
export function processEnvironment(): ReadonlyMap<string, string> {
  return new Map(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
