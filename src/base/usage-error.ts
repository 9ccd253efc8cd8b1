/** Something the user can mend: one line of what is wrong, one of what to do. Commands print both and exit with 2. */
export class UsageError extends Error {
  override name = 'UsageError'
  readonly remedy: string

  constructor(message: string, remedy: string) {
    super(message)
    this.remedy = remedy
  }
}
