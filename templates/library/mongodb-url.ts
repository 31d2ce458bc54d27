import type { TemplateShape } from './template-shape.ts'
import { loginInputs, serverInputs, urlTemplate } from './url-template.ts'

export const mongodbUrl: TemplateShape = {
  name: 'mongodb-url',
  doc: 'A connection string for MongoDB, user, password and database percent-encoded. `host` may be a list of hosts with ports.',
  inputs: [...loginInputs, ...serverInputs],
  data: [urlTemplate('mongodb')],
  example: {
    values: {
      username: 'ada',
      password: '100%',
      host: 'mongo-0:27017,mongo-1:27017',
      database: 'app',
      parameters: 'replicaSet=rs0&authSource=admin',
    },
    gives: { url: 'mongodb://ada:100%25@mongo-0:27017,mongo-1:27017/app?replicaSet=rs0&authSource=admin' },
  },
}
