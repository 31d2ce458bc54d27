/** The parser of the package handlebars by itself: it builds the tree and applies white space control; nothing here generates code. */
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  export function parse(text: string): unknown
}
