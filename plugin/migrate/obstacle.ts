/** Why something cannot be migrated, and what its reader does by hand. Names only, never the text around a placeholder. */
export interface Obstacle {
  readonly obstacle: string
  readonly remedy: string
}

export function isObstacle(value: object): value is Obstacle {
  return 'obstacle' in value
}
