import { argocdRepository } from './argocd-repository.ts'
import { awsCredentialsFile } from './aws-credentials-file.ts'
import { basicAuth } from './basic-auth.ts'
import { databaseUrl } from './database-url.ts'
import { dockerConfigJson } from './docker-config-json.ts'
import { envFile } from './env-file.ts'
import { gitCredentials } from './git-credentials.ts'
import { iniFile } from './ini-file.ts'
import { jksKeystore } from './jks-keystore.ts'
import { kubeconfig } from './kubeconfig.ts'
import { mongodbUrl } from './mongodb-url.ts'
import { mysqlUrl } from './mysql-url.ts'
import { pkcs12Keystore } from './pkcs12-keystore.ts'
import { postgresUrl } from './postgres-url.ts'
import { propertiesFile } from './properties-file.ts'
import { redisUrl } from './redis-url.ts'
import { sshAuth } from './ssh-auth.ts'
import type { TemplateShape } from './template-shape.ts'
import { tls } from './tls.ts'
import { tlsFromPkcs12 } from './tls-from-pkcs12.ts'
import { tomlFile } from './toml-file.ts'

const shapes: readonly TemplateShape[] = [
  dockerConfigJson,
  tls,
  tlsFromPkcs12,
  pkcs12Keystore,
  jksKeystore,
  basicAuth,
  sshAuth,
  databaseUrl,
  postgresUrl,
  mysqlUrl,
  mongodbUrl,
  redisUrl,
  kubeconfig,
  awsCredentialsFile,
  gitCredentials,
  argocdRepository,
  envFile,
  tomlFile,
  iniFile,
  propertiesFile,
]

/** Every shape that an ExternalSecret may name, in the order of the docs. */
export const library: ReadonlyMap<string, TemplateShape> = new Map(shapes.map((shape) => [shape.name, shape]))
