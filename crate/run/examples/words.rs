//! Prints what rules, properties, mistakes, commands and networks mean as a TypeScript module. The page loads it with the
//! first part that shows some of it; the engine does without.

use raft_check::Property;
use raft_core::{Mistake, Rule};
use raft_run::command::{HELP, Help};

use raft_run::quality::Preset;
use raft_run::remark;

const TYPES: &str = "\
/** Made of the engine's own words; see crate/run/examples/words.rs. */

/** A rule of the legend, a property, or a mistake. */
export interface RuleView { id: string; title: string; section: string; sentence: string }
/** One row of the command language. */
export interface CommandHelp { usage: string; says: string; example: string }
/** A network with a name. */
export interface PresetView { name: string; says: string }
";

fn main() {
    println!("{TYPES}");
    let rule = |rule: &Rule| [rule.name(), rule.title(), rule.section(), rule.sentence()];
    list(
        "Every rule of the core, in the order of the legend.",
        "rules",
        Rule::ALL.iter().map(rule),
    );
    let property = |property: &Property| {
        [property.name(), property.title(), property.place(), property.sentence()]
    };
    list("What is checked from outside.", "properties", Property::ALL.iter().map(property));
    let mistake =
        |wrong: &Mistake| [wrong.name(), wrong.title(), wrong.section(), wrong.sentence()];
    list("What can be done wrongly on purpose.", "mistakes", Mistake::ALL.iter().map(mistake));

    println!("/** The command language. */\nexport const commandHelp: CommandHelp[] = [");
    let commands = HELP.iter().map(|Help { usage, says, example }| [*usage, *says, *example]);
    for [usage, says, example] in commands.chain([remark::HELP]) {
        println!("  {{ usage: {usage:?}, says: {says:?}, example: {example:?} }},");
    }
    println!("];\n\n/** The networks with a name. */\nexport const presets: PresetView[] = [");
    for preset in Preset::ALL {
        println!("  {{ name: {:?}, says: {:?} }},", preset.name(), preset.says());
    }
    println!("];");
}

/// Prints a list. JavaScript reads the `Debug` form of a string as the same string.
fn list(says: &str, name: &str, rows: impl Iterator<Item = [&'static str; 4]>) {
    println!("/** {says} */\nexport const {name}: RuleView[] = [");
    for [id, title, section, sentence] in rows {
        println!(
            "  {{ id: {id:?}, title: {title:?}, section: {section:?}, sentence: {sentence:?} }},"
        );
    }
    println!("];\n");
}
