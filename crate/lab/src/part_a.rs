//! Part 3A: leader election.

use crate::harness::{Check, Lab};

/// `TestInitialElection3A`.
pub async fn initial_election(lab: Lab) -> Check {
    lab.check_one_leader().await?;
    lab.sleep(50).await;
    let term = lab.check_terms()?;
    lab.expect(term.0 >= 1, "a term of at least 1", term)?;
    // A later term without a failure is only worth a warning in the course.
    lab.sleep(2_000).await;
    lab.check_terms()?;
    lab.check_one_leader().await?;
    Ok(())
}

/// `TestReElection3A`.
pub async fn re_election(lab: Lab) -> Check {
    let first = lab.check_one_leader().await?;
    lab.disconnect(first);
    lab.check_one_leader().await?;
    lab.connect(first);
    let second = lab.check_one_leader().await?;
    lab.disconnect(second);
    lab.disconnect((second + 1) % 3);
    lab.sleep(2_000).await;
    lab.check_no_leader()?;
    lab.connect((second + 1) % 3);
    lab.check_one_leader().await?;
    lab.connect(second);
    lab.check_one_leader().await?;
    Ok(())
}

/// `TestManyElections3A`.
pub async fn many_elections(lab: Lab) -> Check {
    lab.check_one_leader().await?;
    for _ in 0..9 {
        let three = [(); 3].map(|()| lab.below(7) as usize);
        for server in three {
            lab.disconnect(server);
        }
        lab.check_one_leader().await?;
        for server in three {
            lab.connect(server);
        }
    }
    lab.check_one_leader().await?;
    Ok(())
}
