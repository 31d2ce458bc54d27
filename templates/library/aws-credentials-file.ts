import { optional, required, type TemplateShape } from './template-shape.ts'

/** AWS SDKs and Tools Reference Guide, "Shared config and credentials files". */
export const awsCredentialsFile: TemplateShape = {
  name: 'aws-credentials-file',
  doc: 'The files `credentials` and, with a region, `config` of the AWS SDKs, with one profile: name them by `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`, or mount them at `~/.aws`.',
  inputs: [
    required('accessKeyId', 'access key id'),
    required('secretAccessKey', 'secret access key'),
    optional('sessionToken', 'token of temporary credentials'),
    optional('region', 'region'),
    optional('profile', 'name of the profile, `default` without it'),
  ],
  data: [
    {
      key: 'credentials',
      text: `[{{ index . "profile" | default "default" }}]
aws_access_key_id = {{ .accessKeyId }}
aws_secret_access_key = {{ .secretAccessKey }}
{{ with index . "sessionToken" }}aws_session_token = {{ . }}
{{ end }}`,
    },
    {
      key: 'config',
      text: `[{{ with index . "profile" }}{{ if ne . "default" }}profile {{ end }}{{ . }}{{ else }}default{{ end }}]
region = {{ .region }}
`,
      onlyWith: 'region',
    },
  ],
  example: {
    values: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not/a+secret', region: 'eu-central-1', profile: 'backup' },
    gives: {
      credentials: '[backup]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = not/a+secret\n',
      config: '[profile backup]\nregion = eu-central-1\n',
    },
  },
}
