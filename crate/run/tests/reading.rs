//! The words of the journal are read back as records.

use raft_run::{Record, Run, Stamp, World};

#[test]
fn every_record_of_a_wild_run_is_read_back() {
    let run = Run::from_text(include_str!("../examples/scripts/everything.txt")).expect("a run");
    let mut records: Vec<(Stamp, Record)> = Vec::new();
    let mut world = World::new(run.world().config().clone());
    for line in run.lines() {
        world.run_until(line.at, u64::MAX, &mut records);
        let command = line.command().expect("a command");
        world.apply(command, &mut records).expect("it could be carried out before");
    }
    world.run_until(run.world().now(), u64::MAX, &mut records);
    assert!(records.len() > 2_000);
    for (_, record) in &records {
        let read = Record::read(record.server(), &record.to_string());
        assert_eq!(read.as_ref(), Some(record), "{record}");
    }
}
