import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const engine = fileURLToPath(new URL('../../../templates/handlebars/handlebars-engine.ts', import.meta.url))
const goEngine = fileURLToPath(new URL('../../../templates/go-template/go-template-engine.ts', import.meta.url))

const PROGRAM = `
import { createRequire } from 'node:module'
const { handlebarsEngine } = await import(process.argv[1])
const { goTemplateEngine } = await import(process.argv[2])
const budget = { steps: 1e6, depth: 100, outputBytes: 1e6, wallTimeMs: 1e4, heavyCalls: 8, now: () => 0 }
const template = '{{#each (splitList "," list)}}{{upper this}}{{#unless @last}};{{/unless}}{{/each}}'
const rendered = handlebarsEngine.compile(template).render(new Map([['list', Buffer.from('a,b')]]), budget, {}).bytes
const goTemplate = '{{ range splitList "," .list }}{{ upper . | regexReplaceAll "B" "B" }};{{ end }}{{ toYaml .list }}'
const renderedByGo = goTemplateEngine.compile(goTemplate).render(new Map([['list', Buffer.from('a,b')]]), budget, {}).bytes
let evaluated = true
try { new Function('return 1')() } catch { evaluated = false }
const loaded = Object.keys(createRequire(process.argv[1]).cache).filter((name) => /compiler\\.js|code-gen|runtime\\.js/.test(name))
const texts = [rendered, renderedByGo].map((bytes) => Buffer.from(bytes).toString())
console.log(JSON.stringify({ texts, evaluated, loaded }))
`

test('templates render where code cannot be generated, and the compiler of the package is not even loaded', () => {
  const flags = ['--disallow-code-generation-from-strings', '--disable-proto=throw', '--input-type=module']
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--eval', PROGRAM, '--', engine, goEngine], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { texts: ['A;B', 'A;B;a,b'], evaluated: false, loaded: [] })
})
