/** The marks of the service: a lock gate between two levels of water. Decoration only, silent to screen readers. */

export function LockMark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path className="mark-water" d="M3 11h9.5M19.5 21.5H29" />
      <path className="mark-gate" d="m13 5.5 5.5 10.5L13 26.5" />
    </svg>
  );
}

/** A flight of locks: water stands high at the shore and leaves calm, out past the edge of the page. */
export function LockScene() {
  return (
    <svg className="scene" viewBox="0 0 480 200" aria-hidden="true" preserveAspectRatio="xMidYMax meet">
      <path className="scene-shore" d="M-150 200C-84 200-62 52 6 52V200z" />
      <path className="scene-water scene-high" d="M0 62q15-7 30 0t30 0 30 0 30 0V200H0z" />
      <path className="scene-water scene-middle" d="M128 98q15-6 30 0t30 0 30 0 30 0 30 0V200H128z" />
      <path className="scene-water scene-low" d={`M286 134q16-5 32 0${'t32 0'.repeat(60)}V200H286z`} />
      <path className="scene-gate" d="M124 26v174M282 62v138" />
      <path className="scene-arm" d="m124 34 34 22M282 70l34 22" />
      <g className="scene-boat">
        <path d="M178 82h62l-9 16h-44z" />
        <path d="M194 82V66h14v16M212 82V72h14v10" />
      </g>
    </svg>
  );
}
