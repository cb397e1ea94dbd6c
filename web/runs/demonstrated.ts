/** Commands that the page itself has started in a run, to show something: nobody has done anything by that. */
export const demonstrated = { run: "", commands: 0 };
