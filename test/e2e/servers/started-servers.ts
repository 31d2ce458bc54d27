export interface Stoppable {
  stop(): Promise<void>
}

/** What was started for one purpose. */
export interface StartedServers {
  /** Takes a server in; one that comes after the end, because another did not start, is stopped at once. */
  readonly keep: <Server extends Stoppable>(server: Server) => Server
  /** Stops them all at once: some take their seconds to say goodbye. */
  stop(): Promise<void>
}

export function startedServers(): StartedServers {
  const servers: Stoppable[] = []
  let isOver = false
  return {
    keep(server) {
      if (isOver) void server.stop()
      else servers.push(server)
      return server
    },
    async stop() {
      isOver = true
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}
