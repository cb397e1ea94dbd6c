/** A worker that searches; apart from what the page watches, so that bundler and linter find their form. */
export const hire = (): Worker =>
  new Worker(new URL("./search-worker.ts", import.meta.url), { type: "module" });
