import type { TemplateShape } from './template-shape.ts'
import { loginInputs, serverInputs, urlTemplate } from './url-template.ts'

export const postgresUrl: TemplateShape = {
  name: 'postgres-url',
  doc: 'A URL for PostgreSQL, user, password and database percent-encoded.',
  inputs: [...loginInputs, ...serverInputs],
  data: [urlTemplate('postgres')],
  example: {
    values: {
      username: 'ada',
      password: 'p@ss word+1',
      host: 'db',
      port: '5432',
      database: 'app',
      parameters: 'sslmode=require',
    },
    gives: { url: 'postgres://ada:p%40ss%20word%2B1@db:5432/app?sslmode=require' },
  },
}
