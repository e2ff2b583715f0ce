import { defineConfig } from 'vite'

/** Static files under one path: no inline script or style, and nothing from elsewhere, so that the strictest policy fits. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    emptyOutDir: true,
    target: 'baseline-widely-available',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The editor, which only the REST console loads, is 566 kB, of which 169 travel.
    chunkSizeWarningLimit: 700,
    // NOTE: how long plugins take is of no interest to who starts a server.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
})
