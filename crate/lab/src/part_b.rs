//! Part 3B: the log.

use crate::harness::{Check, Lab, told};
use raft_core::{Index, Term};
use raft_run::text::printable;

/// `TestBasicAgree3B`.
pub async fn basic_agree(lab: Lab) -> Check {
    for n in 1..=3 {
        let (count, _) = lab.n_committed(Index(n))?;
        let asked = format_args!("nothing at index {n} before Start");
        lab.expect(count == 0, asked, format_args!("{count} servers"))?;
        let index = lab.one(&(n * 100).to_string(), 3, false).await?;
        lab.expect(index.0 == n, format_args!("index {n}"), format_args!("index {index}"))?;
    }
    Ok(())
}

/// `TestRPCBytes3B`: each command is sent to each peer once.
pub async fn rpc_bytes(lab: Lab) -> Check {
    lab.one("99", 3, false).await?;
    let (from, before) = (lab.now(), lab.bytes());
    for n in 2..=11 {
        let command: String = (0..5_000).map(|_| char::from(b'a' + lab.below(26) as u8)).collect();
        let index = lab.one(&command, 3, false).await?;
        lab.expect(index.0 == n, format_args!("index {n}"), format_args!("index {index}"))?;
    }
    let sent = lab.bytes() - before;
    let most = 3 * 50_000 + 50_000;
    lab.expect_since(from, sent <= most, format_args!("at most {most} bytes"), sent)
}

/// `TestFollowerFailure3B`.
pub async fn follower_failure(lab: Lab) -> Check {
    lab.one("101", 3, false).await?;
    let leader = lab.check_one_leader().await?;
    lab.disconnect((leader + 1) % 3);
    lab.one("102", 2, false).await?;
    lab.sleep(1_000).await;
    lab.one("103", 2, false).await?;
    let leader = lab.check_one_leader().await?;
    lab.disconnect((leader + 1) % 3);
    lab.disconnect((leader + 2) % 3);
    let started = lab.start(leader, "104");
    let fits = started.is_some_and(|(index, _)| index.0 == 4);
    lab.expect(fits, "Start to give index 4", told(started))?;
    lab.sleep(2_000).await;
    lab.check_no_agreement(Index(4))
}

/// `TestLeaderFailure3B`.
pub async fn leader_failure(lab: Lab) -> Check {
    lab.one("101", 3, false).await?;
    let first = lab.check_one_leader().await?;
    lab.disconnect(first);
    lab.one("102", 2, false).await?;
    lab.sleep(1_000).await;
    lab.one("103", 2, false).await?;
    let second = lab.check_one_leader().await?;
    lab.disconnect(second);
    for server in 0..3 {
        lab.start(server, "104");
    }
    lab.sleep(2_000).await;
    lab.check_no_agreement(Index(4))
}

/// `TestFailAgree3B`.
pub async fn fail_agree(lab: Lab) -> Check {
    lab.one("101", 3, false).await?;
    let leader = lab.check_one_leader().await?;
    lab.disconnect((leader + 1) % 3);
    lab.one("102", 2, false).await?;
    lab.one("103", 2, false).await?;
    lab.sleep(1_000).await;
    lab.one("104", 2, false).await?;
    lab.one("105", 2, false).await?;
    lab.connect((leader + 1) % 3);
    lab.one("106", 3, true).await?;
    lab.sleep(1_000).await;
    lab.one("107", 3, true).await?;
    Ok(())
}

/// `TestFailNoAgree3B`.
pub async fn fail_no_agree(lab: Lab) -> Check {
    lab.one("10", 5, false).await?;
    let leader = lab.check_one_leader().await?;
    for k in 1..=3 {
        lab.disconnect((leader + k) % 5);
    }
    let started = lab.start(leader, "20");
    let fits = started.is_some_and(|(index, _)| index.0 == 2);
    lab.expect(fits, "Start to give index 2", told(started))?;
    lab.sleep(2_000).await;
    lab.check_no_agreement(Index(2))?;
    for k in 1..=3 {
        lab.connect((leader + k) % 5);
    }
    let leader = lab.check_one_leader().await?;
    let started = lab.start(leader, "30");
    let fits = started.is_some_and(|(index, _)| (2..=3).contains(&index.0));
    lab.expect(fits, "Start to give index 2 or 3", told(started))?;
    lab.one("1000", 5, true).await?;
    Ok(())
}

/// `TestConcurrentStarts3B`.
pub async fn concurrent_starts(lab: Lab) -> Check {
    for attempt in 0..5 {
        if attempt > 0 {
            lab.sleep(3_000).await;
        }
        if start_together(&lab).await? {
            return Ok(());
        }
    }
    lab.fail(TERMS_CHANGE)
}

/// Message of the two tests that need a term to last.
const TERMS_CHANGE: &str = "expected a term to last, but it changed in each of 5 attempts";

/// Returns false if a new term spoiled the attempt.
async fn start_together(lab: &Lab) -> Check<bool> {
    let leader = lab.check_one_leader().await?;
    let from = lab.now();
    let spoiled = || {
        lab.abandon(from, "5 commands together in one term", "the term has changed");
        Ok(false)
    };
    let Some((_, term)) = lab.start(leader, "1") else { return spoiled() };
    let jobs: Vec<_> = (0..5)
        .map(|n| {
            let beside = lab.clone();
            lab.spawn(async move { beside.start(leader, &(100 + n).to_string()) })
        })
        .collect();
    let mut indexes = Vec::new();
    for job in jobs {
        indexes.extend(job.await.filter(|(_, now)| *now == term).map(|(index, _)| index));
    }
    if !lab.all_in_term(term) {
        return spoiled();
    }
    let Some(commands) = committed_in_term(lab, &indexes, term).await? else { return spoiled() };
    let all = (100..105).all(|n| commands.contains(&n.to_string()));
    lab.expect_since(from, all, "100 to 104 among the committed commands", commands.join(" "))?;
    Ok(true)
}

async fn committed_in_term(lab: &Lab, indexes: &[Index], term: Term) -> Check<Option<Vec<String>>> {
    let mut commands = Vec::new();
    for &index in indexes {
        let Some(command) = lab.wait(index, 3, Some(term)).await? else { return Ok(None) };
        commands.push(String::from_utf8_lossy(&command).into_owned());
    }
    Ok(Some(commands))
}

/// `TestRejoin3B`.
pub async fn rejoin(lab: Lab) -> Check {
    lab.one("101", 3, true).await?;
    let first = lab.check_one_leader().await?;
    lab.disconnect(first);
    for command in ["102", "103", "104"] {
        lab.start(first, command);
    }
    lab.one("103", 2, true).await?;
    let second = lab.check_one_leader().await?;
    lab.disconnect(second);
    lab.connect(first);
    lab.one("104", 2, true).await?;
    lab.connect(second);
    lab.one("105", 3, true).await?;
    Ok(())
}

/// `TestBackup3B`.
pub async fn backup(lab: Lab) -> Check {
    lab.one(&lab.random(), 5, true).await?;
    let first = lab.check_one_leader().await?;
    for k in 2..=4 {
        lab.disconnect((first + k) % 5);
    }
    start_many(&lab, first);
    lab.sleep(500).await;
    lab.disconnect(first);
    lab.disconnect((first + 1) % 5);
    for k in 2..=4 {
        lab.connect((first + k) % 5);
    }
    agree_many(&lab).await?;
    let second = lab.check_one_leader().await?;
    let mut other = (first + 2) % 5;
    if other == second {
        other = (second + 1) % 5;
    }
    lab.disconnect(other);
    start_many(&lab, second);
    lab.sleep(500).await;
    for server in 0..5 {
        lab.disconnect(server);
    }
    for server in [first, (first + 1) % 5, other] {
        lab.connect(server);
    }
    agree_many(&lab).await?;
    for server in 0..5 {
        lab.connect(server);
    }
    lab.one(&lab.random(), 5, true).await?;
    Ok(())
}

fn start_many(lab: &Lab, server: usize) {
    for _ in 0..50 {
        lab.start(server, &lab.random());
    }
}

async fn agree_many(lab: &Lab) -> Check {
    for _ in 0..50 {
        lab.one(&lab.random(), 3, true).await?;
    }
    Ok(())
}

/// `TestCount3B`.
pub async fn count(lab: Lab) -> Check {
    let from = lab.now();
    lab.check_one_leader().await?;
    let first = lab.dispatched();
    let fits = (1..=30).contains(&first);
    lab.expect_since(from, fits, "1 to 30 RPCs for the first election", first)?;
    for attempt in 0..5 {
        if attempt > 0 {
            lab.sleep(3_000).await;
        }
        if let Some(after) = count_once(&lab).await? {
            let from = lab.now();
            lab.sleep(1_000).await;
            let idle = lab.dispatched() - after;
            let asked = "at most 60 RPCs in an idle second";
            return lab.expect_since(from, idle <= 3 * 20, asked, idle);
        }
    }
    lab.fail(TERMS_CHANGE)
}

async fn count_once(lab: &Lab) -> Check<Option<u64>> {
    let leader = lab.check_one_leader().await?;
    let (from, before) = (lab.now(), lab.dispatched());
    let spoiled = || {
        lab.abandon(from, "12 commands in one term", "the term has changed");
        Ok(None)
    };
    let Some((first, term)) = lab.start(leader, "1") else { return spoiled() };
    let mut commands = Vec::new();
    for n in 1..=11 {
        let command = lab.below(1 << 31).to_string();
        let started = lab.start(leader, &command);
        let Some((index, _)) = started.filter(|(_, now)| *now == term) else { return spoiled() };
        if index != first + n {
            lab.expect(false, format_args!("index {}", first + n), format_args!("index {index}"))?;
        }
        commands.push(command);
    }
    for n in 1..=10 {
        let Some(held) = lab.wait(first + n, 3, Some(term)).await? else { return spoiled() };
        let command = &commands[n as usize - 1];
        if held != command.as_bytes() {
            let asked = format_args!("{command} at index {}", first + n);
            lab.expect(false, asked, printable(&held, 24))?;
        }
    }
    if !lab.all_in_term(term) {
        return spoiled();
    }
    let after = lab.dispatched();
    let (calls, most) = (after - before, (10 + 1 + 3) * 3);
    let asked = format_args!("at most {most} RPCs for 12 commands");
    lab.expect_since(from, calls <= most, asked, calls)?;
    Ok(Some(after))
}
