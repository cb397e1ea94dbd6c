/** Hands a text to the user as a file: a run's, if nothing else is said. */
export function saveAsFile(
  text: string,
  name: string,
  { type, ending } = { type: "text/plain", ending: "raft.txt" },
): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob([text], { type }));
  const stem = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  anchor.download = `${stem || "run"}.${ending}`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}
