/**
 * Lets one task per key run at a time in this process, in the order they came. It only spares retries: what is correct
 * rests on the guarded statements, which hold across processes.
 */
export const createKeyedQueue = () => {
  const last = new Map<string, Promise<unknown>>()
  return async <Result>(key: string, task: () => Promise<Result>): Promise<Result> => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
