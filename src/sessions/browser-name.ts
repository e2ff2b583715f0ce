type Names = readonly (readonly [mark: RegExp, name: string])[]

/** Each says of itself that it is the ones after it, too. */
const BROWSERS: Names = [
  [/\bEdg(?:A|iOS|e)?\//, 'Edge'],
  [/\b(?:OPR|OPT|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: Names = [
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]
/** What programs without a page send (RFC 9110 §10.1.5): `curl/8.5.0`. */
const PROGRAM = /^([A-Za-z][A-Za-z0-9._-]{0,31})(?:\/|$)/

/**
 * What to call a browser for its person, by its User-Agent: `Firefox on Linux`, `curl`. It is what it says of itself, so that
 * it helps to recognise one and proves nothing. Undefined where it says nothing that we know.
 */
export const browserName = (userAgent: string | undefined): string | undefined => {
  if (userAgent === undefined) return undefined
  const browser = nameIn(BROWSERS, userAgent)
  const system = nameIn(SYSTEMS, userAgent)
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`
  const program = PROGRAM.exec(userAgent)?.[1]
  return program === 'Mozilla' ? system : program
}

const nameIn = (names: Names, userAgent: string): string | undefined =>
  names.find(([mark]) => mark.test(userAgent))?.[1]
