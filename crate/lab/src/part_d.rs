//! Part 3D: log compaction.

use crate::harness::{Check, Lab};
use crate::part_c::restart_all;

/// Maximum size of the persisted Raft state: the lab's bound of 2,000 bytes, converted to our encoding.
///
/// The course's encoding takes 81 bytes and some 20 for each entry, so its bound is a log of 95 entries.
/// Ours takes 60, and 12 and the command for each entry: 19 digits at most.
pub const MOST_STATE: u64 = 60 + 95 * (12 + 19);

/// Fault of a server while the others go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Disconnect,
    Crash,
}

async fn snapshots(lab: Lab, fault: Fault) -> Check {
    lab.one(&lab.random(), 3, true).await?;
    let mut leader = lab.check_one_leader().await?;
    let quorum = if fault == Fault::None { 3 } else { 2 };
    for round in 0..30 {
        let other = (leader + 1) % 3;
        let (victim, sender) = if round % 3 == 1 { (leader, other) } else { (other, leader) };
        match fault {
            Fault::None => {}
            Fault::Disconnect => lab.disconnect(victim),
            Fault::Crash => lab.crash(victim),
        }
        if fault != Fault::None {
            lab.one(&lab.random(), 2, true).await?;
        }
        for _ in 0..5 + lab.below(10) {
            lab.start(sender, &lab.random());
        }
        lab.one(&lab.random(), quorum, true).await?;
        let size = lab.largest_state();
        let asked = format_args!("less than {MOST_STATE} B of Raft state");
        lab.expect(size < MOST_STATE, asked, size)?;
        match fault {
            Fault::None => continue,
            Fault::Disconnect => lab.connect(victim),
            Fault::Crash => lab.restart(victim),
        }
        lab.one(&lab.random(), 3, true).await?;
        leader = lab.check_one_leader().await?;
    }
    Ok(())
}

/// `TestSnapshotBasic3D`.
pub async fn snapshot_basic(lab: Lab) -> Check {
    snapshots(lab, Fault::None).await
}

/// `TestSnapshotInstall3D` and `TestSnapshotInstallUnreliable3D`.
pub async fn snapshot_install(lab: Lab) -> Check {
    snapshots(lab, Fault::Disconnect).await
}

/// `TestSnapshotInstallCrash3D` and `TestSnapshotInstallUnCrash3D`.
pub async fn snapshot_install_crash(lab: Lab) -> Check {
    snapshots(lab, Fault::Crash).await
}

/// `TestSnapshotAllCrash3D`.
pub async fn snapshot_all_crash(lab: Lab) -> Check {
    lab.one(&lab.random(), 3, true).await?;
    for _ in 0..5 {
        for _ in 0..5 + lab.below(10) {
            lab.one(&lab.random(), 3, true).await?;
        }
        let before = lab.one(&lab.random(), 3, true).await?;
        restart_all(&lab);
        let after = lab.one(&lab.random(), 3, true).await?;
        let asked = format_args!("an index above {before} after the restart");
        lab.expect(after > before, asked, after)?;
    }
    Ok(())
}

/// `TestSnapshotInit3D`.
pub async fn snapshot_init(lab: Lab) -> Check {
    lab.one(&lab.random(), 3, true).await?;
    for _ in 0..11 {
        lab.one(&lab.random(), 3, true).await?;
    }
    restart_all(&lab);
    lab.one(&lab.random(), 3, true).await?;
    restart_all(&lab);
    lab.one(&lab.random(), 3, true).await?;
    Ok(())
}
