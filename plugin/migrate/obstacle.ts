import type { FieldPath } from '../model/field-path.ts'

/** Why something cannot be migrated, and what its reader does by hand. Names only, never the text around a placeholder. */
export interface Obstacle {
  readonly obstacle: string
  readonly remedy: string
}

/** An obstacle and the field that it is about. */
export interface FieldObstacle extends Obstacle {
  readonly path: FieldPath
}

export function isObstacle(value: object): value is Obstacle {
  return 'obstacle' in value
}
