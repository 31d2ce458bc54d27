/**
 * Tells the parent, each time it is asked, the longest time that the main thread worked without a round of its event loop since it was asked last,
 * in milliseconds: time of the thread itself, which others on a busy machine do not add to.
 */
const PROBE = `
const usedMs = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000 }
let longest = 0
let before = usedMs()
setInterval(() => {
  longest = Math.max(longest, usedMs() - before)
  before = usedMs()
}, 1).unref()
// Threads of the process load this too.
if (process.channel) {
  process.on('message', () => { process.send(longest); longest = 0 })
  process.channel.unref()
}
`

/** For Node's `--import`; the process needs a channel to its parent. */
export const STALL_PROBE = `data:text/javascript,${encodeURIComponent(PROBE)}`
