import path from 'node:path'
import process from 'node:process'
import { TemplateError } from '../../../templates/engine.ts'
import { nearestName } from '../../api/nearest-name.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { errorPolicy } from '../../model/error-policy.ts'
import { quoteName } from '../../model/quote-name.ts'
import { catalogueText, explanationText } from '../catalogue-text.ts'
import type { Command, CommandCall } from '../command.ts'
import { type InputFile, readInputFile } from '../read-input.ts'
import { templateData, utf8Text } from '../template-data.ts'
import { templateFailureReport } from '../template-failure.ts'
import { templateBudget, templateEngine, templateSurroundings } from '../template-tools.ts'
import { writeOutput } from '../write-output.ts'

/** An example makes a key where the function does, which takes a slow machine a while. */
const exampleBudget = { ...templateBudget, wallTimeMs: 30_000 }

export const template: Command = {
  name: 'template',
  summary: 'render one template with values of a file, or explain the functions',
  usage: 'template [FILE|-]',
  description: [
    'Renders one template, from a file or standard input (-), and prints the result to the byte. The values come from a YAML or JSON',
    'map of names to texts, which stay as they are spelt there; lists and maps become JSON. No provider is asked. All or nothing: a',
    'template that fails prints nothing, and the report on standard error shows its line with the place. What a function says about',
    'a value is withheld there, since reports are passed on; --show-values shows it.',
    'Exit codes: 0 fine, 2 usage, 3 a template or a data file that is not valid.',
  ].join('\n'),
  options: [options.data, options.engine, options.showValues, options.list, options.explain],
  examples: [
    ['argocd-external-secrets template url.tpl --data values.yaml', 'render a template with values'],
    ["echo '{{ .user | upper }}' | argocd-external-secrets template - --data values.yaml", 'try an expression'],
    [
      'argocd-external-secrets template url.hbs --engine handlebars --data <(sops -d values.enc.yaml)',
      'values that are in no file',
    ],
    ['argocd-external-secrets template --list', 'every function with its signature'],
    ['argocd-external-secrets template --explain toYaml', 'one function with an example and its result'],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources: OptionSources = { flags: call.flags, environment: call.environment, file: {} }
  const explained = setting(options.explain, sources)
  const isList = setting(options.list, sources)
  const [file] = call.arguments
  const asked = [
    ...(file === undefined ? [] : ['FILE']),
    ...(isList ? ['--list'] : []),
    ...(call.flags['explain'] === undefined ? [] : ['--explain']),
  ]
  if (asked.length !== 1) throw oneOf(asked)

  if (file !== undefined) return render(file, sources, call)
  const { catalogue } = await import('../../../templates/functions/catalogue.ts')
  await writeOutput(isList ? catalogueText(catalogue.values()) : await explanation(explained))
  return 0
}

function oneOf(asked: readonly string[]): UsageError {
  const remedy = 'give a FILE, or - for standard input, or --list, or --explain FUNCTION'
  return new UsageError(asked.length === 0 ? 'no template to render' : `${asked.join(' and ')} do not go together`, remedy)
}

async function render(file: string, sources: OptionSources, call: CommandCall): Promise<number> {
  const dataFile = setting(options.data, sources)
  const engine = setting(options.engine, sources)
  const words = setting(options.showValues, sources) ? 'shown' : 'withheld'
  if (file === '-' && dataFile === '-')
    throw new UsageError('the template and its data both come from standard input', 'name a file for one of them')
  const source = await readInputFile(file, call.directory)
  const text = utf8Text(source.name, source.bytes)
  const data = dataFile === '' ? new Map<string, Uint8Array>() : await templateData(await readInputFile(dataFile, call.directory))

  try {
    const compiled = (await templateEngine(engine)).compile(text, templateName(source))
    await writeOutput(compiled.render(data, templateBudget, templateSurroundings).bytes)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown
    process.stderr.write(templateFailureReport({ file, text, error: thrown }, words))
    return errorPolicy.InvalidSpec.exitCode
  }
}

/** Go calls a template of a file by the last part of its name (text/template, ParseFiles). */
function templateName({ name }: InputFile): string {
  return name === '-' ? 'stdin' : path.basename(name)
}

async function explanation(name: string): Promise<string> {
  const { catalogue } = await import('../../../templates/functions/catalogue.ts')
  const fn = catalogue.get(name)
  if (!fn) {
    const nearest = nearestName(name, [...catalogue.keys()])
    throw new UsageError(
      `there is no function ${quoteName(name)}`,
      nearest === undefined ? 'see argocd-external-secrets template --list' : `did you mean ${nearest}?`,
    )
  }
  const example = (await templateEngine('v2')).compile(fn.example.go, 'example')
  const { bytes } = example.render(new Map(), exampleBudget, templateSurroundings)
  return explanationText(fn, new TextDecoder().decode(bytes))
}
