import { required, type TemplateShape } from './template-shape.ts'
import { loginInputs, serverInputs, urlTemplate } from './url-template.ts'

/** What AWS Secrets Manager calls the engines of RDS and DocumentDB (JSON structure of database secrets); others are schemes themselves. */
const SCHEME =
  '{{ get (dict "aurora-postgresql" "postgres" "aurora-mysql" "mysql" "mariadb" "mysql" "mongo" "mongodb" "docdb" "mongodb") .engine | default .engine }}'

export const databaseUrl: TemplateShape = {
  name: 'database-url',
  doc: 'The URL of the database that `engine` names, user, password and database percent-encoded: for the secrets that AWS keeps for RDS, as they are.',
  inputs: [
    required('engine', '`postgres`, `mysql`, `mariadb`, `mongodb`, …: the scheme, or what AWS calls the engine'),
    ...loginInputs,
    ...serverInputs,
  ],
  data: [urlTemplate(SCHEME)],
  example: {
    values: { engine: 'aurora-postgresql', username: 'ada', password: 'p@ss/word', host: 'db', port: '5432', dbname: 'app' },
    gives: { url: 'postgres://ada:p%40ss%2Fword@db:5432/app' },
  },
}
