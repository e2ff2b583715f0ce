import type { PostgresConnection } from './postgres-connection.ts'
import { connectPostgres } from './postgres-connection.ts'
import { unavailable } from './unavailable.ts'

/** Few, because each is a pipeline: more server processes do not make a small machine faster. */
const MOST_CONNECTIONS = 4
/** So many serve what an ordinary load has in flight; another one is opened when each has more than {@link DEEP}. */
const USUAL_CONNECTIONS = 3
const DEEP = 8
const MOST_IN_FLIGHT = 1000
/** While the server is in doubt, a caller waits this long for the one probing connection. */
const PATIENCE_IN_DOUBT_MS = 1000

/**
 * A few pipelined connections, opened as they are needed and again after they were lost. Without a connection
 * or after a silence the server is in doubt: one connection probes it, everybody else fails within a second.
 */
export const createPostgresPool = (url: string) => {
  let connections: readonly PostgresConnection[] = []
  let opening: Promise<PostgresConnection> | undefined
  let isInDoubt = false
  /** False after the server refused one more; it may have as many connections as it wants. */
  let mayOpenMore = true
  let isClosed = false

  const events = {
    onSilence: (): void => {
      isInDoubt = true
      // NOTE: an idle connection to a frozen server looks alive; it would cost the next caller the whole timeout.
      for (const other of connections)
        if (other.inFlight() === 0) other.destroy(new Error('the server is in doubt'))
    },
    onAnswer: (): void => {
      isInDoubt = false
    },
    onEnd: (ended: PostgresConnection): void => {
      mayOpenMore = true
      connections = connections.filter((other) => other !== ended)
    },
  }

  const connect = async (): Promise<PostgresConnection> => {
    try {
      const connection = await connectPostgres(url, events)
      connections = [...connections, connection]
      isInDoubt = false
      mayOpenMore = true
      return connection
    } catch (error) {
      mayOpenMore = false
      isInDoubt ||= leastInFlight(connections) === undefined
      throw unavailable(error)
    } finally {
      opening = undefined
    }
  }

  const open = (): Promise<PostgresConnection> => {
    opening ??= connect()
    return opening
  }

  const waitForConnection = async (): Promise<PostgresConnection> =>
    isInDoubt ? Promise.race([open(), giveUp()]) : open()

  return {
    /**
     * The connection with the least in flight; for a read one that is about to send something anyway. Given at once
     * where there is one: use it at once, since only what is in flight keeps the next caller from choosing it too.
     * @throws {Problem} unavailable
     */
    acquire: (isRead: boolean): PostgresConnection | Promise<PostgresConnection> => {
      if (isClosed) throw unavailable(new Error('the database is closed'))
      // NOTE: writes stay apart, since those of one connection wait for each other's commit, and what they wait for must
      // not keep a read waiting that another connection could serve.
      const gathering = isRead
        ? connections.find((one) => one.isUsable() && one.isGatheringReads())
        : undefined
      const best = gathering ?? leastInFlight(connections)
      if (best === undefined || isInDoubt) return waitForConnection()
      if (best.inFlight() > MOST_IN_FLIGHT)
        throw unavailable(new Error(`${MOST_IN_FLIGHT} transactions wait already`))
      if (mayOpenMore && isOneMoreWorthIt(connections.length, best.inFlight())) open().catch(ignore)
      return best
    },
    /** From now on nobody acquires; who waits for a connection still gets it. */
    refuse: (): void => {
      isClosed = true
    },
    /** Ends every connection after what is in flight was answered. */
    close: async (): Promise<void> => {
      await opening?.catch(ignore)
      await Promise.all(connections.map((connection) => connection.end()))
    },
  }
}

/** Opening one more was only for speed; the next caller learns whether the server is in doubt. */
const ignore = (): void => {}

const isOneMoreWorthIt = (open: number, leastInFlight: number): boolean =>
  open < MOST_CONNECTIONS && leastInFlight > (open < USUAL_CONNECTIONS ? 0 : DEEP)

const leastInFlight = (connections: readonly PostgresConnection[]): PostgresConnection | undefined => {
  let best: PostgresConnection | undefined
  for (const one of connections)
    if (one.isUsable() && (best === undefined || one.inFlight() < best.inFlight())) best = one
  return best
}

const giveUp = (): Promise<never> =>
  new Promise((_, reject) => {
    const error = unavailable(new Error('the server is in doubt'))
    setTimeout(reject, PATIENCE_IN_DOUBT_MS, error).unref()
  })
