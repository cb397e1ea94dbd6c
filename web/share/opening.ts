/** The address that is being opened; empty when none is. Meanwhile the page must not write over it. */
export const opening = { href: "" };
