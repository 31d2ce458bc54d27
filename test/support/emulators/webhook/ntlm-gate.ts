import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { NextFunction, Request, Response } from 'express'

/** Somebody who may log in. Of the password the gate knows MD4 alone, made by another implementation, as hex. */
export interface GateAccount {
  readonly domain: string
  readonly user: string
  readonly ntHash: string
}

/** What goes wrong at a gate, or is other than usual. */
export interface GateHabits {
  /** In place of `NTLM`. */
  readonly offers?: string
  /** In place of a challenge, the text behind the scheme. */
  readonly challenge?: string
  /** Ends the connection behind the challenge: announced, or at once. */
  readonly afterChallenge?: 'announcedEnd' | 'end'
  /** Challenges tell no time, so that the login has no integrity code. */
  readonly withoutTime?: true
  /** Challenges have no information on the target at all. */
  readonly withoutTarget?: true
  /** PEM: logins have to be bound to it. */
  readonly certificate?: string
}

interface Progress {
  negotiate?: Buffer
  challenge?: Buffer
  user?: string
}

type Fields = readonly Buffer[]

export const NTLM_ACCOUNTS = {
  /** `Password`. */
  plain: { domain: 'CORP', user: 'app', ntHash: 'a4f49c406510bdcab6824ee7c30fd852' },
  /** `Pässwörd€😀`. */
  german: { domain: 'MÜNCHEN', user: 'jürgen', ntHash: 'cb8e3352db8e27c08e8260fc36afc39d' },
  /** `Password`, of the domain that challenges name. */
  local: { domain: 'EMULATOR', user: 'local', ntHash: 'a4f49c406510bdcab6824ee7c30fd852' },
  /** `Password`. */
  principal: { domain: '', user: 'app@corp.example', ntHash: 'a4f49c406510bdcab6824ee7c30fd852' },
} as const

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const hmac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest()

/** NTLM in front of a server ([MS-NTHT], [MS-NLMP]): whoever has no login on the connection stays outside. Verifies what a login proves. */
export class NtlmGate {
  habits: GateHabits = {}
  /** Of every request that arrived, empty without one. */
  readonly schemes: string[] = []
  /** Messages of each type that arrived. */
  readonly messages = { negotiate: 0, authenticate: 0 }
  /** Who logged in, `DOMAIN\user`. */
  readonly logins: string[] = []
  /** Why logins were refused. */
  readonly refusals: string[] = []

  readonly #accounts: readonly GateAccount[]
  readonly #progress = new WeakMap<Socket, Progress>()

  constructor(accounts: readonly GateAccount[] = Object.values(NTLM_ACCOUNTS)) {
    this.#accounts = accounts
  }

  reset(): void {
    this.habits = {}
    Object.assign(this.messages, { negotiate: 0, authenticate: 0 })
    this.schemes.length = 0
    this.logins.length = 0
    this.refusals.length = 0
  }

  readonly pass = (request: Request, response: Response, next: NextFunction): void => {
    const progress = this.#progress.get(request.socket) ?? {}
    this.#progress.set(request.socket, progress)
    const [scheme = '', text] = (request.headers.authorization ?? '').split(' ')
    this.schemes.push(scheme)
    const message = /^(NTLM|Negotiate)$/.test(scheme) && text ? Buffer.from(text, 'base64') : undefined
    if (message?.readUInt32LE(8) === 1) return this.#challenge(message, scheme, progress, request, response)
    if (message?.readUInt32LE(8) === 3) {
      this.messages.authenticate++
      const problem = this.#problemOf(message, progress, request)
      if (problem === undefined) return next()
      this.refusals.push(problem)
      delete progress.user
    }
    if (progress.user !== undefined) return next()
    response
      .status(401)
      .set('WWW-Authenticate', this.habits.offers?.split('|') ?? ['NTLM'])
      .end('who are you')
  }

  #challenge(message: Buffer, scheme: string, progress: Progress, request: Request, response: Response): void {
    this.messages.negotiate++
    const challenge = this.#newChallenge()
    Object.assign(progress, { negotiate: message, challenge, user: undefined })
    const { afterChallenge } = this.habits
    if (afterChallenge === 'announcedEnd') response.set('Connection', 'close')
    if (afterChallenge === 'end') response.on('finish', () => request.socket.end())
    const text = this.habits.challenge ?? challenge.toString('base64')
    response.status(401).set('WWW-Authenticate', `${scheme} ${text}`).end('prove it')
  }

  #newChallenge(): Buffer {
    const { withoutTime, withoutTarget } = this.habits
    const pairs: [number, Buffer][] = [
      [2, utf16('CORP')],
      [1, utf16('EMULATOR')],
    ]
    if (!withoutTime) pairs.push([7, Buffer.from('00c0d7a5e8b9dc01', 'hex')])
    const info = withoutTarget ? Buffer.alloc(0) : pairsOf([...pairs, [0, Buffer.alloc(0)]])
    const name = utf16('EMULATOR')
    const head = Buffer.alloc(48)
    head.write('NTLMSSP\0', 'latin1')
    head.writeUInt32LE(2, 8)
    field(head, 12, name.length, 48)
    head.writeUInt32LE(0xa2898205, 20)
    randomBytes(8).copy(head, 24)
    field(head, 40, info.length, 48 + name.length)
    return Buffer.concat([head, name, info])
  }

  /** Why the third message proves nothing. */
  #problemOf(message: Buffer, progress: Progress, request: Request): string | undefined {
    const { negotiate, challenge } = progress
    delete progress.challenge
    if (!negotiate || !challenge) return 'no challenge was sent on this connection'
    const [lm, nt, domain, user] = fieldsOf(message) as [Buffer, Buffer, Buffer, Buffer]
    const [domainName, userName] = [domain.toString('utf16le'), user.toString('utf16le')]
    const account = this.#accounts.find((known) => known.domain === domainName && known.user === userName)
    if (!account) return `nobody is called ${domainName}\\${userName}`
    if (lm.some((byte) => byte !== 0)) return 'a response of LM'
    if (nt.length <= 24) return 'a response of NTLMv1'

    const key = hmac(Buffer.from(account.ntHash, 'hex'), utf16(userName.toUpperCase()), domain)
    const proof = hmac(key, challenge.subarray(24, 32), nt.subarray(16))
    if (!proof.equals(nt.subarray(0, 16))) return 'another password'
    const pairs = pairsIn(nt.subarray(16 + 28))
    if (pairs.get(9)?.toString('utf16le') !== `HTTP/${request.hostname}`) return 'another target name'
    const signed = ((pairs.get(6)?.readUInt32LE() ?? 0) & 2) !== 0
    if (signed === (this.habits.withoutTime ?? this.habits.withoutTarget ?? false))
      return 'an integrity code where none is due, or none'
    if (signed && !isIntact(hmac(key, proof), negotiate, challenge, message)) return 'another integrity code'
    if (pairs.get(10)?.toString('hex') !== bindingTo(this.habits.certificate)) return 'bound to another certificate'
    progress.user = `${domainName}\\${userName}`
    this.logins.push(progress.user)
    return undefined
  }
}

function isIntact(sessionKey: Buffer, negotiate: Buffer, challenge: Buffer, message: Buffer): boolean {
  const unsigned = Buffer.from(message)
  unsigned.fill(0, 72, 88)
  return hmac(sessionKey, negotiate, challenge, unsigned).equals(message.subarray(72, 88))
}

function bindingTo(certificate: string | undefined): string {
  if (certificate === undefined) return '00'.repeat(16)
  const digest = createHash('sha256').update(new X509Certificate(certificate).raw).digest()
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), digest])
  const head = Buffer.alloc(20)
  head.writeUInt32LE(data.length, 16)
  return createHash('md5').update(head).update(data).digest('hex')
}

function fieldsOf(message: Buffer): Fields {
  return [12, 20, 28, 36, 44, 52].map((at) => {
    const offset = message.readUInt32LE(at + 4)
    return message.subarray(offset, offset + message.readUInt16LE(at))
  })
}

function field(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at)
  head.writeUInt16LE(length, at + 2)
  head.writeUInt32LE(offset, at + 4)
}

function pairsOf(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat(
    pairs.map(([id, value]) => {
      const head = Buffer.alloc(4)
      head.writeUInt16LE(id, 0)
      head.writeUInt16LE(value.length, 2)
      return Buffer.concat([head, value])
    }),
  )
}

function pairsIn(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const pairs = new Map<number, Buffer>()
  for (let at = 0; bytes.readUInt16LE(at) !== 0; at += 4 + bytes.readUInt16LE(at + 2))
    pairs.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + bytes.readUInt16LE(at + 2)))
  return pairs
}
