/** Go's own message, which our users may see in other words or without what it quotes. */
export class GoFailure extends Error {
  override readonly name = 'GoFailure'
}
