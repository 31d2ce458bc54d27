import { optional, required, type TemplateShape } from './template-shape.ts'

/** git-credential-store(1): one URL a line; a line break ends it, so that user and password are percent-encoded. */
export const gitCredentials: TemplateShape = {
  name: 'git-credentials',
  doc: "The file of Git's credential helper `store`, with one line: `git config credential.helper 'store --file=…'`.",
  inputs: [
    required('host', 'host, with a port if there is one'),
    required('username', 'user', 'text'),
    required('password', 'password or token', 'text'),
    optional('protocol', '`https` without it'),
  ],
  data: [
    {
      key: '.git-credentials',
      text: `{{ index . "protocol" | default "https" }}://{{ .username | urlquery | replace "+" "%20" }}:{{ .password | urlquery | replace "+" "%20" }}@{{ .host }}
`,
    },
  ],
  example: {
    values: { host: 'git.example.com', username: 'robot', password: 'a@b c' },
    gives: { '.git-credentials': 'https://robot:a%40b%20c@git.example.com\n' },
  },
}
