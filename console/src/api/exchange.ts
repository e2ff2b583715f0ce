/** One request and what came of it. */
export interface Asked {
  readonly method: string
  /** From the root of the server: `/User/ann?_elements=id`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly milliseconds: number
}

/** Nothing came back: the server is not reachable from here, now. */
export interface Unreachable {
  readonly kind: 'unreachable'
  readonly milliseconds: number
}

/** Sends a request with the session of this browser and takes whatever is answered, errors included. */
export const exchange = async (asked: Asked, signal?: AbortSignal): Promise<Answered | Unreachable> => {
  const startedAt = performance.now()
  try {
    const response = await fetch(asked.path, {
      method: asked.method,
      redirect: 'manual',
      cache: 'no-store',
      ...(asked.headers === undefined ? {} : { headers: asked.headers }),
      ...(asked.body === undefined ? {} : { body: asked.body }),
      ...(signal === undefined ? {} : { signal }),
    })
    const body = await response.text()
    return {
      kind: 'answered',
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
      body,
      milliseconds: performance.now() - startedAt,
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    return { kind: 'unreachable', milliseconds: performance.now() - startedAt }
  }
}
