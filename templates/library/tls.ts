import { EXAMPLE_CERTIFICATE, EXAMPLE_KEY } from './example-certificate.ts'
import { optional, required, type TemplateShape } from './template-shape.ts'

/** kubernetes.io/tls (Kubernetes, "Secrets"): the leaf first, then what signed it. */
export const tls: TemplateShape = {
  name: 'tls',
  doc: 'Certificate and key in PEM, as ingress controllers take them. Text around the certificates is left out.',
  inputs: [
    required('certificate', 'certificate in PEM, the leaf first if there are several', 'certificate'),
    required('key', 'private key in PEM', 'private key'),
    optional('chain', 'further certificates in PEM, from the leaf to the root', 'certificate'),
    optional('ca', 'certificate of the authority in PEM', 'certificate'),
  ],
  type: 'kubernetes.io/tls',
  data: [
    {
      key: 'tls.crt',
      text: `{{ filterPEM "CERTIFICATE" .certificate | trim }}
{{ with index . "chain" }}{{ filterPEM "CERTIFICATE" . | trim }}
{{ end }}`,
    },
    { key: 'tls.key', text: '{{ trim .key }}\n' },
    { key: 'ca.crt', text: '{{ filterPEM "CERTIFICATE" .ca | trim }}\n', onlyWith: 'ca' },
  ],
  example: {
    values: { certificate: EXAMPLE_CERTIFICATE, key: EXAMPLE_KEY },
    gives: { 'tls.crt': EXAMPLE_CERTIFICATE, 'tls.key': EXAMPLE_KEY },
  },
}
