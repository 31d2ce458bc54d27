import { randomUUID } from 'node:crypto'
import type { Response } from 'express'

/** A refusal in AWS's own words. `code` is the exception's name, as the API reference of the service spells it. */
export class ServiceFailure extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** JSON 1.1: Secrets Manager and SSM. */
export function sendJsonFailure(response: Response, { code, message, status }: ServiceFailure): void {
  sendJson(response, { __type: code, message, Message: message }, status)
}

export function sendJson(response: Response, body: unknown, status = 200): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.status(status)
  response.setHeader('x-amzn-RequestId', randomUUID())
  response.setHeader('Content-Type', 'application/x-amz-json-1.1')
  response.end(bytes)
}

/** Query protocol: STS. */
export function sendXmlFailure(response: Response, { code, message, status }: ServiceFailure): void {
  const type = status >= 500 ? 'Receiver' : 'Sender'
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${xmlText(message)}</Message></Error>`
  const requestId = randomUUID()
  sendXml(response, `<ErrorResponse ${STS_NAMESPACE}>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`, status)
}

const STS_NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'

/** `<NameResponse><NameResult>…`, as every action of STS answers. */
export function sendXmlResult(response: Response, action: string, result: string): void {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
  const body = `<${action}Result>${result}</${action}Result>${metadata}`
  sendXml(response, `<${action}Response ${STS_NAMESPACE}>${body}</${action}Response>`, 200)
}

function sendXml(response: Response, text: string, status: number): void {
  response.status(status)
  response.setHeader('x-amzn-RequestId', randomUUID())
  response.setHeader('Content-Type', 'text/xml')
  response.end(text)
}

export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
