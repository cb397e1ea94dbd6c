//! Prints what rules, commands and networks mean as a TypeScript module. The page loads it with the first part
//! that shows some of it; the engine does without.

use raft_core::Rule;
use raft_language::command::{HELP, Help};
use raft_language::quality::Preset;

fn main() {
    println!("/** Made of the engine's own words; see crate/language/examples/words.rs. */\n");
    println!("/** A rule of the legend. */");
    println!(
        "export interface RuleView {{ id: string; title: string; section: string; sentence: string }}"
    );
    println!("/** One row of the command language. */");
    println!("export interface CommandHelp {{ usage: string; says: string; example: string }}");
    println!("/** A network with a name. */");
    println!("export interface PresetView {{ name: string; says: string }}");

    // What Rust prints as a string's `Debug` form, JavaScript reads as the same string.
    println!("\n/** Every rule of the core, in the order of the legend. */");
    println!("export const rules: RuleView[] = [");
    for rule in Rule::ALL {
        let (id, title) = (rule.name(), rule.title());
        let (section, sentence) = (rule.section(), rule.sentence());
        println!(
            "  {{ id: {id:?}, title: {title:?}, section: {section:?}, sentence: {sentence:?} }},"
        );
    }
    println!("];\n\n/** The command language. */\nexport const commandHelp: CommandHelp[] = [");
    for Help { usage, says, example } in HELP {
        println!("  {{ usage: {usage:?}, says: {says:?}, example: {example:?} }},");
    }
    println!("];\n\n/** The networks with a name. */\nexport const presets: PresetView[] = [");
    for preset in Preset::ALL {
        println!("  {{ name: {:?}, says: {:?} }},", preset.name(), preset.says());
    }
    println!("];");
}
