//! Prints the staged runs as a TypeScript module. The page loads it when somebody opens one.

use raft_mutants::{STAGED, Staged};

const TYPE: &str = "\
/** Made of crate/mutants; see its example `presets`. */

export interface Preset {
  /** Its name in addresses. */
  id: string;
  title: string;
  /** What it shows, in one sentence. */
  says: string;
  /** How many times slower than real time it is played at first. */
  slower: number;
  /** Its text. */
  run: string;
}
";

fn main() {
    println!("{TYPE}\nexport const presets: Preset[] = [");
    for staged in STAGED {
        let Staged { id, title, says, slower, .. } = staged;
        let run = staged.to_string();
        println!("  {{ id: {id:?}, title: {title:?}, says: {says:?}, slower: {slower},");
        println!("    run: {run:?},\n  }},");
    }
    println!("];");
}
