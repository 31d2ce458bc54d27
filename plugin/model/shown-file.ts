/** The name of an input as its reader knows it: `-` is standard input. */
export function shownFile(file: string): string {
  return file === '-' ? 'standard input' : file
}
