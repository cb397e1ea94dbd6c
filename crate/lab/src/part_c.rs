//! Part 3C: persistence.

use crate::harness::{Check, Lab};
use raft_core::Index;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// `TestPersist13C`.
pub async fn persist_1(lab: Lab) -> Check {
    lab.one("11", 3, true).await?;
    restart_all(&lab);
    lab.one("12", 3, true).await?;
    let first = lab.check_one_leader().await?;
    lab.restart(first);
    lab.one("13", 3, true).await?;
    let second = lab.check_one_leader().await?;
    lab.crash(second);
    lab.one("14", 2, true).await?;
    lab.restart(second);
    lab.wait(Index(4), 3, None).await?;
    let third = (lab.check_one_leader().await? + 1) % 3;
    lab.crash(third);
    lab.one("15", 2, true).await?;
    lab.restart(third);
    lab.one("16", 3, true).await?;
    Ok(())
}

pub(crate) fn restart_all(lab: &Lab) {
    for server in 0..lab.servers() {
        lab.crash(server);
    }
    for server in 0..lab.servers() {
        lab.restart(server);
    }
}

/// `TestPersist23C`.
pub async fn persist_2(lab: Lab) -> Check {
    let mut n = 10;
    let mut next = || {
        n += 1;
        n.to_string()
    };
    for _ in 0..5 {
        lab.one(&next(), 5, true).await?;
        let leader = lab.check_one_leader().await?;
        let peer = |k: usize| (leader + k) % 5;
        lab.crash(peer(1));
        lab.crash(peer(2));
        lab.one(&next(), 3, true).await?;
        for k in [0, 3, 4] {
            lab.crash(peer(k));
        }
        lab.restart(peer(1));
        lab.restart(peer(2));
        lab.sleep(1_000).await;
        lab.restart(peer(3));
        lab.one(&next(), 3, true).await?;
        lab.restart(peer(4));
        lab.restart(leader);
    }
    lab.one("1000", 5, true).await?;
    Ok(())
}

/// `TestPersist33C`.
pub async fn persist_3(lab: Lab) -> Check {
    lab.one("101", 3, true).await?;
    let leader = lab.check_one_leader().await?;
    lab.disconnect((leader + 2) % 3);
    lab.one("102", 2, true).await?;
    lab.crash(leader);
    lab.crash((leader + 1) % 3);
    lab.connect((leader + 2) % 3);
    lab.restart(leader);
    lab.one("103", 2, true).await?;
    lab.restart((leader + 1) % 3);
    lab.one("104", 3, true).await?;
    Ok(())
}

/// Draws the sleep between two steps of both Figure 8 tests: mostly short, sometimes long.
async fn figure_8_pause(lab: &Lab) {
    let ms = if lab.chance(100) { lab.below(500) } else { lab.below(13) };
    lab.sleep(ms).await;
}

/// `TestFigure83C`.
pub async fn figure_8(lab: Lab) -> Check {
    lab.one(&lab.random(), 1, true).await?;
    let mut up = 5;
    for _ in 0..1000 {
        let mut leader = None;
        for server in (0..5).filter(|&server| lab.is_up(server)) {
            if lab.start(server, &lab.random()).is_some() {
                leader = Some(server);
            }
        }
        figure_8_pause(&lab).await;
        if let Some(leader) = leader {
            lab.crash(leader);
            up -= 1;
        }
        if up < 3 {
            let server = lab.below(5) as usize;
            if !lab.is_up(server) {
                lab.restart(server);
                up += 1;
            }
        }
    }
    for server in (0..5).filter(|&server| !lab.is_up(server)).collect::<Vec<_>>() {
        lab.restart(server);
    }
    lab.one(&lab.random(), 5, true).await?;
    Ok(())
}

/// `TestUnreliableAgree3C`.
pub async fn unreliable_agree(lab: Lab) -> Check {
    let mut beside = Vec::new();
    for round in 1..50 {
        for j in 0..4 {
            let other = lab.clone();
            beside.push(
                lab.spawn(async move { other.one(&(100 * round + j).to_string(), 1, true).await }),
            );
        }
        lab.one(&round.to_string(), 1, true).await?;
    }
    lab.network("lab-reliable");
    for job in beside {
        job.await?;
    }
    lab.one("100", 5, true).await?;
    Ok(())
}

/// `TestFigure8Unreliable3C`.
pub async fn figure_8_unreliable(lab: Lab) -> Check {
    let random = || lab.below(10_000).to_string();
    lab.one(&random(), 1, true).await?;
    let mut connected = 5;
    for round in 0..1000 {
        if round == 200 {
            lab.network("lab-reordering");
        }
        let mut leader = None;
        for server in 0..5 {
            if lab.start(server, &random()).is_some() && lab.is_connected(server) {
                leader = Some(server);
            }
        }
        figure_8_pause(&lab).await;
        if let Some(leader) = leader.filter(|_| lab.chance(500)) {
            lab.disconnect(leader);
            connected -= 1;
        }
        if connected < 3 {
            let server = lab.below(5) as usize;
            if !lab.is_connected(server) {
                lab.connect(server);
                connected += 1;
            }
        }
    }
    for server in 0..5 {
        lab.connect(server);
    }
    lab.one(&random(), 5, true).await?;
    Ok(())
}

/// `TestReliableChurn3C` and `TestUnreliableChurn3C`.
pub async fn churn(lab: Lab) -> Check {
    let stop = Rc::new(Cell::new(false));
    let committed = Rc::new(RefCell::new(Vec::new()));
    let clients: Vec<_> = (0..3)
        .map(|client| {
            lab.spawn(churn_client(lab.clone(), client, Rc::clone(&stop), Rc::clone(&committed)))
        })
        .collect();
    for _ in 0..20 {
        churn_faults(&lab);
        lab.sleep(700).await;
    }
    lab.sleep(1_000).await;
    lab.network("lab-reliable");
    for server in 0..5 {
        if !lab.is_up(server) {
            lab.restart(server);
        }
        lab.connect(server);
    }
    stop.set(true);
    for client in clients {
        client.await?;
    }
    lab.sleep(1_000).await;
    let last = lab.one(&lab.random(), 5, true).await?;
    let log = lab.wait_for_all(last, 5).await?;
    let committed = committed.borrow();
    let held: BTreeSet<&[u8]> = log.iter().map(AsRef::as_ref).collect();
    let missing = committed.iter().find(|command| !held.contains(command.as_bytes()));
    lab.expect(
        missing.is_none(),
        format_args!("the {} commands seen committed once, in the final log", committed.len()),
        missing.map_or("all of them".into(), |command| format!("{command} missing")),
    )
}

fn churn_faults(lab: &Lab) {
    if lab.chance(200) {
        lab.disconnect(lab.below(5) as usize);
    }
    if lab.chance(500) {
        let server = lab.below(5) as usize;
        if !lab.is_up(server) {
            lab.restart(server);
        }
        lab.connect(server);
    }
    if lab.chance(200) {
        let server = lab.below(5) as usize;
        if lab.is_up(server) {
            lab.crash(server);
        }
    }
}

async fn churn_client(
    lab: Lab,
    client: u64,
    stop: Rc<Cell<bool>>,
    committed: Rc<RefCell<Vec<String>>>,
) -> Check {
    while !stop.get() {
        let command = lab.random();
        let mut accepted = None;
        for server in (0..5).filter(|&server| lab.is_up(server)) {
            accepted = lab.start(server, &command).map(|(index, _)| index).or(accepted);
        }
        let Some(index) = accepted else {
            lab.sleep(79 + 17 * client).await;
            continue;
        };
        for pause in [10, 20, 50, 100, 200] {
            let (count, held) = lab.n_committed(index)?;
            if count > 0 {
                if held.is_some_and(|held| held == command.as_bytes()) {
                    committed.borrow_mut().push(command);
                }
                break;
            }
            lab.sleep(pause).await;
        }
    }
    Ok(())
}
