import { SecretError } from '../../model/secret-error.ts'
import type { ToolResult } from './run-tool.ts'
import { DEAD_PROXY } from './tool-proxies.ts'

/** What a tool said when it failed; the author's to mend. */
export function toolFailure(title: string, { exitCode, said }: ToolResult): SecretError {
  const plainHttp = said.includes(DEAD_PROXY.slice('http://'.length))
  return new SecretError('InvalidSpec', `${title} failed (exit code ${exitCode}): ${said}`, {
    place: { file: title },
    ...(plainHttp && {
      remedy: 'fetch over https: plain http is refused unless the administrator allows it (source-plain-http)',
    }),
  })
}
