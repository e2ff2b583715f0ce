const KEY = 'countersign.sandbox.made'

const PATH = /^\/[A-Za-z]+\/trial-[\w-]+$/

/**
 * The resources that trials made and nobody removed yet, also those of a tab that was closed. Their names alone: what is
 * secret of them is in memory.
 */
export const readMadePaths = (storage: Pick<Storage, 'getItem'>): readonly string[] => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(kept)
      ? kept.filter((path): path is string => typeof path === 'string' && PATH.test(path))
      : []
  } catch {
    return []
  }
}

export const keepMadePaths = (storage: Pick<Storage, 'setItem'>, paths: readonly string[]): void => {
  try {
    storage.setItem(KEY, JSON.stringify(paths))
  } catch {
    // NOTE: a browser that keeps nothing: the button is there as long as the tab is.
  }
}
