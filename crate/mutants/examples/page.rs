//! Prints the bugs as a TypeScript module. The page loads it when somebody opens *Break*.

use raft_mutants::{EXAMPLES, Example, known};

/// Parts of the list, each with its first example.
const GROUPS: [(&str, &str); 6] = [
    ("Persistence", "PersistFirst"),
    ("Terms and elections", "AdoptHigherTerm"),
    ("Replication", "RedirectCommand"),
    ("Snapshots", "TakeSnapshot"),
    ("The service and its clients", "AnswersBeforeCommit"),
    ("Timing: nothing wrong is ever done, but nothing is done", "RandomElectionTimeout"),
];

const TYPE: &str = "\
/** Made of crate/mutants; see its example `page`. */

/** An issue or a pull request of a public repository. */
export interface Report {
  name: string;
  address: string;
}

export interface Example {
  /** Its name in the settings. */
  name: string;
  title: string;
  section: string;
  group: string;
  /** The property that is violated. */
  property: string;
  why: string;
  /** How real implementations came to it; empty where nothing is known. */
  story: string;
  reports: Report[];
  /** A run that shows it. */
  run: string;
}
";

fn main() {
    println!("{TYPE}\nexport const examples: Example[] = [");
    let mut group = None;
    for example in EXAMPLES {
        let begins = GROUPS.iter().find(|(_, first)| *first == example.name());
        group = begins.map(|(title, _)| *title).or(group);
        let Example { title, property, why, run, .. } = example;
        let (name, section, property) = (example.name(), example.section(), property.name());
        let group = group.expect("the first example begins the first part");
        println!("  {{");
        println!("    name: {name:?}, title: {title:?}, section: {section:?}, group: {group:?},");
        println!("    property: {property:?}, why: {why:?},");
        let (story, reports) =
            known(example.bug).map_or(("", &[][..]), |known| (known.story, known.reports));
        println!("    story: {story:?}, reports: [");
        for report in reports {
            let (name, address) = (report.to_string(), report.address());
            println!("      {{ name: {name:?}, address: {address:?} }},");
        }
        println!("    ],");
        println!("    run: {run:?},\n  }},");
    }
    println!("];");
}
