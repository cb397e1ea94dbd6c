use raft_sim::{Trace, World};
fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap();
    for file in args {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("\n----").next().unwrap().to_string();
        let mut trace: Trace = match text.parse() {
            Ok(t) => t,
            Err(e) => {
                println!("{file}: {e}");
                continue;
            }
        };
        if mode == "-" {
            trace.config.raft.broken = raft_core::RuleSet::NONE;
            trace.config.raft.mistakes = raft_core::MistakeSet::NONE;
        } else if mode != "+" {
            trace.config.raft =
                trace.config.raft.wrong_in(raft_core::Switch::named(&mode).unwrap());
        }
        let mut world = World::new(trace.config.clone());
        let mut n = 0;
        for line in &trace.lines {
            while !world.run_until(line.at, 1_000_000, &mut ()) {}
            if let Some(command) = line.command() {
                n += 1;
                if let Err(e) = world.apply(command, &mut ()) {
                    println!("   refused {command}: {e}");
                }
            }
        }
        println!(
            "{file}: {n} commands, {} events, servers {}",
            world.events(),
            trace.config.raft.servers
        );
        for v in world.violations() {
            println!("   [{}] at {} e{}: {v}", v.property.name(), v.at.time, v.at.event);
        }
    }
}
