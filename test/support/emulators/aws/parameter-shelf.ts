import { ServiceFailure } from './service-failure.ts'

export type ParameterType = 'String' | 'StringList' | 'SecureString'

export interface ParameterVersion {
  readonly version: number
  readonly type: ParameterType
  readonly value: string
  readonly modifiedMs: number
  readonly labels: Set<string>
}

export interface Parameter {
  readonly name: string
  readonly arn: string
  readonly versions: ParameterVersion[]
  readonly tags: Map<string, string>
}

/** A parameter's version, and how it was asked for. */
export interface SelectedParameter {
  readonly parameter: Parameter
  readonly version: ParameterVersion
  /** `:3` or `:label`. */
  readonly selector: string | undefined
}

/** The parameters of all accounts and regions. */
export class ParameterShelf {
  readonly #parameters = new Map<string, Parameter>()

  put(
    name: string,
    home: { readonly account: string; readonly region: string },
    content: Omit<ParameterVersion, 'version' | 'labels'>,
  ): ParameterVersion {
    const arn = arnOf(name, home)
    const parameter = this.#parameters.get(arn) ?? { name, arn, versions: [], tags: new Map<string, string>() }
    this.#parameters.set(arn, parameter)
    const version = { ...content, version: (parameter.versions.at(-1)?.version ?? 0) + 1, labels: new Set<string>() }
    parameter.versions.push(version)
    return version
  }

  find(nameOrArn: string, home: { readonly account: string; readonly region: string }): Parameter | undefined {
    return this.#parameters.get(nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(nameOrArn, home))
  }

  all({ account, region }: { readonly account: string; readonly region: string }): readonly Parameter[] {
    const begin = arnOf('', { account, region })
    return [...this.#parameters.values()].filter(({ arn }) => arn.startsWith(begin))
  }

  remove(parameter: Parameter): void {
    this.#parameters.delete(parameter.arn)
  }

  /** `name`, `name:3`, `name:label`, or the same with an ARN. Throws ParameterNotFound, ParameterVersionNotFound. */
  select(wanted: string, home: { readonly account: string; readonly region: string }): SelectedParameter {
    const { name, selector } = splitSelector(wanted)
    const parameter = this.find(name, home)
    if (!parameter) throw new ServiceFailure('ParameterNotFound', '')
    const word = selector?.slice(1)
    const version =
      word === undefined
        ? parameter.versions.at(-1)
        : parameter.versions.find(({ version, labels }) => String(version) === word || labels.has(word))
    if (version) return { parameter, version, selector }
    const why = `Systems Manager could not find version ${word} of ${name}. Verify the version and try again.`
    throw new ServiceFailure('ParameterVersionNotFound', why)
  }
}

function splitSelector(wanted: string): { name: string; selector: string | undefined } {
  const start = wanted.indexOf(':', wanted.startsWith('arn:') ? wanted.indexOf(':parameter') + 1 : 0)
  return start < 0 ? { name: wanted, selector: undefined } : { name: wanted.slice(0, start), selector: wanted.slice(start) }
}

function arnOf(name: string, { account, region }: { readonly account: string; readonly region: string }): string {
  return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`
}
