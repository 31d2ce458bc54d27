import * as z from 'zod'

// zod would otherwise build its parsers with `new Function`. Every module that makes a schema imports this one first:
// the setting is read when a schema is made.
z.config({ jitless: true })
