/** Sunday is first. */
export const dayNames: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** January is first. */
export const monthNames: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** As `Jan` and `Mon` of a layout write them. */
export function shortName(name: string | undefined): string {
  return (name ?? '').slice(0, 3)
}
