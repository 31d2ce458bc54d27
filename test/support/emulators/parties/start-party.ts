import express, { type Express, type Request, type Response } from 'express'
import { CallControl } from '../../call-control.ts'
import { type Emulator, listen } from '../../emulator.ts'
import { testTls } from '../tls/test-tls.ts'

/** A status and the body of a good answer; a bad one has the party's own words. */
export type Reply = readonly [status: number, body?: object | undefined, headers?: Readonly<Record<string, string>>]

/** By method and path, as express writes it: `POST /api/things/:id`. */
export type Routes = Readonly<Record<`${'GET' | 'POST' | 'DELETE'} /${string}`, (request: Request) => Reply | Promise<Reply>>>

/** Is in the words of every failure, and must be in no error of ours. */
export const PARTY_CANARY = 'the-words-of-the-other-party'

export interface PartyOptions {
  /** The body of a failure, as the party makes it from its status. */
  readonly failure: (status: number) => object
  readonly routes: Routes
  /** Served as `https://localhost:PORT`; as `http://127.0.0.1:PORT` without. */
  readonly tls?: true
}

export async function startParty({ failure, routes, tls }: PartyOptions): Promise<Emulator> {
  const reply = (response: Response, [status, body, headers = {}]: Reply): void => {
    response.status(status).set(headers)
    const words = status >= 400 ? failure(status) : body
    if (words) response.json(words)
    else response.end()
  }
  const refusing =
    (status: number) =>
    (_request: Request, response: Response): void =>
      reply(response, [status])
  const control = new CallControl({ throttled: refusing(429), denied: refusing(403), internalError: refusing(500) })
  const app = express()
  app.disable('x-powered-by')
  app.use(control.data, express.json(), express.urlencoded({ extended: false }))
  for (const [route, answer] of Object.entries(routes)) {
    mount(app, route, (request, response) => {
      Promise.resolve(request)
        .then(answer)
        .then(
          (given) => reply(response, given),
          () => reply(response, [500]),
        )
    })
  }
  app.use(refusing(404))
  const { port, close } = await listen(app, tls && testTls())
  return { url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, control, close }
}

function mount(app: Express, route: string, handle: (request: Request, response: Response) => void): void {
  const [method, path = ''] = route.split(' ')
  if (method === 'GET') app.get(path, handle)
  else if (method === 'POST') app.post(path, handle)
  else app.delete(path, handle)
}
