import type { TemplateShape } from './template-shape.ts'
import { loginInputs, serverInputs, urlTemplate } from './url-template.ts'

export const mysqlUrl: TemplateShape = {
  name: 'mysql-url',
  doc: 'A URL for MySQL and MariaDB, user, password and database percent-encoded.',
  inputs: [...loginInputs, ...serverInputs],
  data: [urlTemplate('mysql')],
  example: {
    values: { username: 'ada', password: 'a:b', host: '2001:db8::1', port: '3306', database: 'app' },
    gives: { url: 'mysql://ada:a%3Ab@[2001:db8::1]:3306/app' },
  },
}
