import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PythonEnvironment } from '../tools/python-environment.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** A real headless Chromium with one window, driven as W3C WebDriver says. */
export interface Browser {
  open(url: string): Promise<void>
  title(): Promise<string>
  /** The text that is seen of the first element that a CSS selector finds. Throws when there is none. */
  text(selector: string): Promise<string>
  texts(selector: string): Promise<readonly string[]>
  /** Clicks what leads to another page, and comes back when that page is there whole. */
  follow(selector: string): Promise<void>
  type(selector: string, words: string): Promise<void>
  /** What the page wrote to its console or was refused to load. */
  complaints(): Promise<readonly string[]>
  stop(): Promise<void>
}

/** No host but this one may be asked; Chromium would look for updates otherwise. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** How WebDriver names the member that holds an element (W3C WebDriver 12.1). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

export async function startBrowser(python: PythonEnvironment): Promise<Browser> {
  const folder = await mkdtemp(path.join(tmpdir(), 'browser-'))
  const port = await freePort()
  const root = `http://127.0.0.1:${port}`
  const driver = await startServer(python, {
    name: 'chromedriver',
    program: 'chromedriver',
    words: [`--port=${port}`],
    environment: { HOME: folder },
    isReady: async () => (await call(`${root}/status`, 'GET')) !== undefined,
  })
  const session = (await call(`${root}/session`, 'POST', {
    capabilities: {
      alwaysMatch: {
        browserName: 'chrome',
        'goog:chromeOptions': { args: [...ARGUMENTS, `--user-data-dir=${folder}`] },
        'goog:loggingPrefs': { browser: 'ALL' },
      },
    },
  })) as { readonly sessionId: string }
  const window = `${root}/session/${session.sessionId}`

  async function elements(selector: string): Promise<readonly string[]> {
    const found = await call(`${window}/elements`, 'POST', { using: 'css selector', value: selector })
    return (found as readonly Record<string, string>[]).map((element) => element[ELEMENT] ?? '')
  }

  async function element(selector: string): Promise<string> {
    const [first] = await elements(selector)
    if (first === undefined) throw new Error(`the page has no ${selector}`)
    return `${window}/element/${first}`
  }

  async function script(text: string, ...args: readonly string[]): Promise<unknown> {
    return await call(`${window}/execute/sync`, 'POST', { script: text, args })
  }

  return {
    open: async (url) => void (await call(`${window}/url`, 'POST', { url })),
    title: async () => (await call(`${window}/title`, 'GET')) as string,
    text: async (selector) => (await call(`${await element(selector)}/text`, 'GET')) as string,
    texts: async (selector) =>
      (await script(
        'return Array.from(document.querySelectorAll(arguments[0]), (element) => element.innerText)',
        selector,
      )) as readonly string[],
    async follow(selector) {
      await script('window.isLeft = true')
      await call(`${await element(selector)}/click`, 'POST', {})
      // The driver waits for the next page only if the click began to load it before the driver looked; a form's may begin later.
      const isThere = 'return window.isLeft === undefined && document.readyState === "complete"'
      await waitUntil(`another page is there after a click on ${selector}`, async () => {
        // Between two pages a script has nowhere to run.
        return (await script(isThere).catch(() => false)) === true
      })
    },
    type: async (selector, words) => void (await call(`${await element(selector)}/value`, 'POST', { text: words })),
    async complaints() {
      const lines = (await call(`${window}/se/log`, 'POST', { type: 'browser' })) as readonly { readonly message: string }[]
      return lines.map(({ message }) => message)
    },
    async stop() {
      await call(window, 'DELETE').catch(() => undefined)
      await driver.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One WebDriver command; gives `value`. Throws with the driver's words. */
async function call(url: string, method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<unknown> {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
  const { value } = (await answer.json()) as { readonly value: unknown }
  if (!answer.ok)
    throw new Error(`WebDriver answered ${answer.status}: ${(value as { readonly message?: string }).message ?? ''}`)
  return value
}
