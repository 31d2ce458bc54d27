import nodeVault from 'node-vault'

const client = nodeVault({ endpoint: process.env['VAULT'] ?? '', token: 'bench-token' })
const answer = await client.read('secret/data/cold')
process.stdout.write(JSON.stringify(answer.data.data))
