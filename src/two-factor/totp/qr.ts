import { encode } from 'uqr'

/** ISO/IEC 18004 §6.3.8: four modules of nothing on every side, or readers miss the code. */
const QUIET_ZONE = 4

/**
 * A QR code as an SVG element, dark on light whatever the page's theme, with its quiet zone. Scales to its container;
 * has no style, script or id, so it needs nothing of the page's Content-Security-Policy.
 */
export const qrSvg = (text: string): string => {
  const { size, data } = encode(text, { border: QUIET_ZONE, ecc: 'M' })
  const path = data
    .flatMap((row, y) => runsOf(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`))
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`
}

/** Start and length of every run of dark modules in a row. */
const runsOf = (row: readonly boolean[]): readonly (readonly [number, number])[] => {
  const runs: [number, number][] = []
  row.forEach((isDark, x) => {
    if (!isDark) return
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1
    else runs.push([x, 1])
  })
  return runs
}
