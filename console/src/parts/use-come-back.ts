import { useEffect } from 'preact/hooks'

/** Calls when somebody comes back to the page from another tab, or by the browser's way back. */
export const useComeBack = (onBack: () => void): void => {
  useEffect(() => {
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') onBack()
    }
    const onShow = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) onBack()
    }
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('pageshow', onShow)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('pageshow', onShow)
    }
  }, [onBack])
}
