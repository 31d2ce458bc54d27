/** Markup that may be sent as it is; made by {@link html} alone. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = Html | string | number | undefined | readonly Content[]

/** A piece of a page. What is put into it is text, whatever it looks like; only other pieces keep their markup. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, index) => part + (index < contents.length ? asMarkup(contents[index]) : '')).join(''))
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function asMarkup(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Html) return content.text
  if (typeof content === 'string' || typeof content === 'number')
    return String(content).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
  return content.map(asMarkup).join('')
}
