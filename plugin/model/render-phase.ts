/** What a render spends its time with, in this order. */
export type RenderPhase = 'read' | 'plan' | 'fetch' | 'render' | 'print'
