/** A format of a string that an API server checks. */
interface Format {
  readonly message: string
  readonly fits: (text: string) => boolean
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/
const TIME = /^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(z|[+-]\d{2}:\d{2})$/

/** Those that our definitions have, as Kubernetes' validator reads them (kube-openapi, strfmt); of others it takes any string. */
export const formats: Readonly<Record<string, Format | undefined>> = {
  byte: { message: 'is no base64', fits: (text) => BASE64.test(text) },
  'date-time': { message: 'is no date and time; expected a form such as 2026-08-08T12:00:00Z', fits: isDateTime },
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t')
  const [, hours = '', minutes = '', seconds = ''] = TIME.exec(time) ?? []
  if (hours === '' || hours > '23' || minutes > '59' || seconds > '59') return false
  // Days that no month has, JavaScript takes for days of the next one.
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && isDay(date)
}

function isDay(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
}
