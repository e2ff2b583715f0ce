import { rmSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'rolldown'
import type { Made } from './made.ts'
import { ROOT } from './made.ts'

const FOLDER = new URL('dist/server/', ROOT)

/** Each becomes one file, named as its source. A thread is started by its file. */
const ENTRIES = ['src/main.ts', 'src/db/sqlite-writer.ts']

/** Native code, and what only few servers need and all others should not hold in memory. */
const LEFT_OUTSIDE = ['@node-rs/argon2', 'pg-native', 'undici', 'yaml']

const bundle = async (input: string, dir: string): Promise<void> => {
  const { rolldown } = await import('rolldown')
  const built = await rolldown({
    input,
    cwd: fileURLToPath(ROOT),
    platform: 'node',
    external: LEFT_OUTSIDE,
    plugins: [keepAddresses],
    logLevel: 'warn',
  })
  await built.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    // NOTE: a running server must not look for parts of itself when another build has taken its place.
    codeSplitting: false,
    sourcemap: true,
    minify: false,
  })
  await built.close()
}

/** The server in one file (ADR 18). */
export const SERVER: Made = {
  name: 'server',
  folder: FOLDER,
  sources: ['src/**/*.ts', 'scripts/build/*.ts', 'package-lock.json'],
  tool: 'rolldown',
  make: async (unfinished) => {
    for (const input of ENTRIES) await bundle(input, unfinished)
  },
  // NOTE: the launcher then runs the sources, which is the same server.
  doWithout: () => {
    rmSync(FOLDER, { recursive: true, force: true })
    return undefined
  },
}

const THREAD = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g
const OWN_ADDRESS = /(?<!\.js', )import\.meta\.url/g

/** Lets our sources find what lies beside them: threads among the built files, everything else where it is. */
const keepAddresses: Plugin = {
  name: 'keep-addresses',
  transform: (code, id) => {
    if (!(id.startsWith(fileURLToPath(new URL('src/', ROOT))) && code.includes('import.meta.url')))
      return null
    const source = relative(fileURLToPath(FOLDER), id)
    return {
      code: code
        .replaceAll(THREAD, `new URL('./$1.js', import.meta.url)`)
        .replaceAll(OWN_ADDRESS, `new URL('${source}', import.meta.url).href`),
      map: null,
    }
  },
}
