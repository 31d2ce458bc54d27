import { enableCompileCache } from 'node:module'
import process from 'node:process'

// The bare script of a provider: its SDK, bundled and with the compile cache, and the calls that a render of one reference makes.
enableCompileCache()
switch (process.argv[2]) {
  case 'aws':
    await import('./aws.ts')
    break
  case 'azurekv':
    await import('./azurekv.ts')
    break
  case 'gcpsm':
    await import('./gcpsm.ts')
    break
  case 'vault':
    await import('./vault.ts')
    break
  default:
    throw new Error('name a provider')
}
