import { after, before, describe, test } from 'node:test'
import { type ClientFacts, startClient } from './client-process.ts'

/** The server that a client is pointed at. */
export interface ClientSubject {
  readonly facts: ClientFacts
  /** Called before the scenario of that name, to disturb the server or to clean it. */
  prepare?(scenario: string): void | Promise<void>
  close(): Promise<void>
}

export interface ClientSuite {
  /** `hvac on OpenBao`. */
  readonly title: string
  /** A script of this folder. */
  readonly script: string
  readonly start: () => Promise<ClientSubject>
  /** Scenarios that this server cannot play, by name, each with the reason. */
  readonly without?: Readonly<Record<string, string>>
}

/** One test for each scenario of a script. */
export async function clientScenarios({ title, script, start, without = {} }: ClientSuite): Promise<void> {
  const client = await startClient(script)
  const unknown = Object.keys(without).filter((name) => !client.scenarios.some((scenario) => scenario.name === name))
  if (unknown.length > 0) throw new Error(`${script} has no scenario ${unknown.join(', ')}`)
  describe(title, () => {
    let subject: ClientSubject

    before(async () => {
      subject = await start()
    })
    after(async () => {
      await client.stop()
      await subject.close()
    })

    for (const { name, sentence } of client.scenarios) {
      if (name in without) continue
      test(sentence, async (context) => {
        await subject.prepare?.(name)
        for (const [fact, value] of Object.entries(await client.run(name, subject.facts)))
          context.diagnostic(`${fact}: ${String(value)}`)
      })
    }
  })
}
