/**
 * Starts with a letter or a slash, so it is no number and no date in any YAML; has no character that means something to YAML;
 * covers names, types, keys and most base64.
 */
const PLAIN = /^[A-Za-z/][\w./+=-]*$/
/** Words of YAML 1.1 and 1.2 that are no strings; the readers differ in which spellings they take, so none is written plain. */
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'])
const LONGEST_WORD = 5

// What JSON leaves as it is and YAML does not print, or reads as a line break: DEL, C1 controls, separators, byte order mark, noncharacters.
const NOT_PRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** `text` as a YAML scalar on one line that every reader of YAML 1.1 and 1.2 takes as this text: plain, or else in double quotes. Half a surrogate pair becomes U+FFFD. */
export function scalarText(text: string): string {
  if (PLAIN.test(text) && !(text.length <= LONGEST_WORD && WORDS.has(text.toLowerCase()))) return text
  return JSON.stringify(text.toWellFormed()).replaceAll(NOT_PRINTABLE, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
