//! Prints the tables that the engine and the page share as a TypeScript module.

use raft_run::tables::{Table, tables};

fn main() {
    println!("/** Printed from the engine's own enums; see crate/run/src/tables.rs. */\n");
    for Table { list, member, says, members } in tables() {
        let members: Vec<String> = members.iter().map(|name| format!("{name:?}")).collect();
        println!("/** {says} */");
        println!("export const {list} = [{}] as const;", members.join(", "));
        println!("export type {member} = (typeof {list})[number];\n");
    }
    println!(
        "/** The member at a place of a table. A place that the table does not have is an error. */"
    );
    println!("export function memberAt<T>(table: readonly T[], place: number | undefined): T {{");
    println!("  const member = place === undefined ? undefined : table[place];");
    println!("  if (member === undefined) {{");
    println!("    const known = table.join(\", \");");
    println!(
        "    throw new Error(`The engine told of number ${{place}}, and this page knows only: ${{known}}.`);"
    );
    println!("  }}\n  return member;\n}}");
}
