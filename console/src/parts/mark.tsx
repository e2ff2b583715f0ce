/** The sign of Countersign, as on the sign-in page. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
    <rect class="mark-plate" width="32" height="32" rx="8" />
    <path class="mark-sign" d="M8.5 16.5l4.5 4.5 10.5-10.5M8.5 25h15" />
  </svg>
)
