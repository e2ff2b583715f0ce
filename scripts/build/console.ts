import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Made } from './made.ts'
import { isMade, ROOT } from './made.ts'

const COMPRESSED = /\.(?:html|js|css|svg)$/

export const CONSOLE: Made = {
  name: 'console',
  folder: new URL('console/dist/', ROOT),
  sources: [
    'console/{src,public}/**/*.*',
    'console/{index.html,vite.config.ts}',
    'src/html/assets/*.css',
    'src/console/command/*.ts',
    'docs/rest-examples.http',
    'package-lock.json',
  ],
  tool: 'vite',
  make: async (unfinished) => {
    const { build } = await import('vite')
    await build({
      configFile: fileURLToPath(new URL('console/vite.config.ts', ROOT)),
      build: { outDir: unfinished },
      logLevel: 'warn',
    })
    for (const file of globSync('**/*', { cwd: unfinished }).filter((name) => COMPRESSED.test(name))) {
      const bytes = readFileSync(join(unfinished, file))
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      }
      writeFileSync(join(unfinished, `${file}.br`), brotliCompressSync(bytes, { params }))
    }
  },
  doWithout: () =>
    isMade(CONSOLE) ? undefined : 'The console at /console is not built: run npm ci && npm run build.',
}
