//! A branch seen at a moment while its run stays where it stands; moving forward costs only what happens in between.

use crate::again::Again;
use crate::branches::Branches;
use crate::change::Refused;
use crate::world::World;
use raft_core::Time;

/// A branch at a moment.
#[derive(Debug)]
pub struct BranchMoment {
    id: u64,
    again: Again,
}

impl BranchMoment {
    /// The branch.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its world at that moment.
    pub fn world(&self) -> &World {
        &self.again.world
    }

    /// Events and commands up to that moment.
    pub fn steps(&self) -> u64 {
        self.again.steps()
    }
}

impl Branches {
    /// Looks at a branch at a moment, or at its end if that is before. An earlier one of the same branch is moved on;
    /// the caller gives none that is from before the branch was changed.
    ///
    /// # Errors
    /// If there is no branch of this number.
    pub fn moment(
        &self,
        id: u64,
        moment: Time,
        earlier: Option<BranchMoment>,
    ) -> Result<BranchMoment, Refused> {
        let run = self.run_of(id)?;
        let moment = moment.min(run.end().now());
        let earlier = earlier.filter(|seen| seen.id == id && seen.world().now() <= moment);
        let mut again = earlier.map_or_else(|| Again::new(run, moment, u64::MAX), |it| it.again);
        while again.step(run, moment) {
            drop(again.take());
        }
        again.world.wait(moment);
        Ok(BranchMoment { id, again })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Run;

    #[test]
    fn a_branch_moment_that_moves_on_is_the_same_as_one_made_anew_and_changes_nothing() {
        let text = "seed 7\nservers 3\nat 2s start leader x=1\nat 3s crash leader\nat 5s end\n";
        let mut branches = Branches::new(Run::from_text(text).expect("a run"));
        branches.run_mut().seek(crate::Place::Time(Time(2_500_000)));
        branches.command("isolate 2".parse().expect("a command")).expect("possible");
        branches.run_mut().advance(Time(4_000_000), u64::MAX);
        let before = branches.to_string();
        for id in [1, 2] {
            let mut moved = None;
            for at in [0, 1_999_999, 2_000_000, 2_500_000, 3_700_000, 9_000_000, 1_000_000] {
                let seen = branches.moment(id, Time(at), moved).expect("a branch");
                let anew = branches.moment(id, Time(at), None).expect("a branch");
                assert_eq!(seen.world().digest(), anew.world().digest(), "{id} at {at}");
                assert_eq!(seen.world().digest(), branches.at(id, Time(at)).expect("it").digest());
                assert_eq!((seen.steps(), seen.id()), (anew.steps(), id));
                moved = Some(seen);
            }
        }
        assert_eq!(branches.to_string(), before);
        assert!(branches.moment(3, Time(0), None).is_err());
    }
}
