import { readFile } from 'node:fs/promises'

/** A file of the built console. */
export interface ConsoleFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  /** How `bytes` are compressed; undefined: they are not. */
  readonly encoding: 'br' | undefined
}

export interface ConsoleFiles {
  /** @param name of one file: `index.html`, or one under `assets/`. @returns undefined where there is none */
  find(name: string, acceptsBrotli: boolean): Promise<ConsoleFile | undefined>
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const NAME = /^(?:assets\/)?[\w-][\w.-]*\.(html|js|css|svg)$/

/** Reads what `npm run build` made, each time it is asked for: a build during our life is seen, and nothing is kept. */
export const openConsoleFiles = (directory: URL): ConsoleFiles => {
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    try {
      return await readFile(new URL(name, directory))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  return {
    find: async (name, acceptsBrotli) => {
      const type = TYPES[NAME.exec(name)?.[1] ?? '']
      if (type === undefined) return undefined
      const compressed = acceptsBrotli ? await read(`${name}.br`) : undefined
      if (compressed !== undefined) return { bytes: compressed, type, encoding: 'br' }
      const bytes = await read(name)
      return bytes === undefined ? undefined : { bytes, type, encoding: undefined }
    },
  }
}
