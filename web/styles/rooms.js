/**
 * The sizes at which the page is laid out anew: the one place for scripts and style sheets. A style sheet names a room,
 * `@media (--narrow)`, and the build puts its condition there.
 */

/** One panel at a time, and controls for a thumb: phones. */
export const NARROW = "(max-width: 760px)";
/** All panels may stand beside one another. */
export const WIDE = "(min-width: 761px)";
/** No height to spare: a phone on its side, a low frame. */
export const LOW = "(max-height: 560px)";
