/** What is told of an Application, where its users see it. */
export interface ApplicationEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}
